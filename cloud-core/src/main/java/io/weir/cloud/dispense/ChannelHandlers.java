package io.weir.cloud.dispense;

import io.weir.api.Done;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.dispense.ChannelOps.Channel;
import io.weir.api.dispense.ChannelOps.EndChannel;
import io.weir.api.dispense.ChannelOps.Kind;
import io.weir.api.dispense.ChannelOps.ListChannels;
import io.weir.api.dispense.ChannelOps.OpenChannel;
import io.weir.api.members.MembersApi;
import io.weir.api.members.MembersApi.GetMember;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Opens, lists and ends channels of unbilled water. */
final class ChannelHandlers {
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final DispenseConfig config;
    private final ChannelStore channels = new ChannelStore();

    ChannelHandlers(Bus bus, Tx tx, Time time, DispenseConfig config) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.config = config;
    }

    Channel open(Call call, OpenChannel q) {
        Dispenser device = device(call, q.deviceId());
        if (q.kind() == Kind.QC && !device.inQc()) {
            throw new Rejected(
                    DispenseError.NOT_IN_QC, "move the device to QC first: its lifecycle says so");
        }
        checkMember(call, q, device);
        Instant now = time.now();
        Instant until = now.plus(Duration.ofHours(q.hours()));
        return tx.run(
                call.scope(),
                c -> {
                    String by = call.actor().uid();
                    Channel channel = channels.open(c, q, device.tenant(), until, by, now);
                    AuditStore.add(
                            c,
                            call,
                            now,
                            device.tenant(),
                            "dispense.channel.open",
                            "device:" + q.deviceId(),
                            null,
                            channel);
                    return channel;
                });
    }

    Page<Channel> list(Call call, ListChannels q) {
        device(call, q.deviceId());
        Paging paging = Paging.of(q.limit(), q.offset(), config.maxPage());
        return tx.run(call.scope(), c -> channels.page(c, call.scope(), q, paging, time.now()));
    }

    Done end(Call call, EndChannel q) {
        device(call, q.deviceId());
        Instant now = time.now();
        return tx.run(
                call.scope(),
                c -> {
                    String tenant = channels.end(c, call.scope(), q.deviceId(), q.channelId(), now);
                    if (tenant == null) {
                        throw Rejected.notFound("open channel " + q.channelId());
                    }
                    AuditStore.add(
                            c,
                            call,
                            now,
                            tenant,
                            "dispense.channel.end",
                            "device:" + q.deviceId(),
                            null,
                            Map.of("channel_id", q.channelId()));
                    return Done.DONE;
                });
    }

    private void checkMember(Call call, OpenChannel q, Dispenser device) {
        String uid = q.userId();
        if (uid == null) {
            return;
        }
        if (q.kind() == Kind.QC) {
            throw Rejected.invalid("user_id", "goes with TRIAL only: QC is the vendor's own");
        }
        try {
            var member =
                    bus.call(MembersApi.FACTS, new GetMember(uid), Call.system(call.requestId()))
                            .await();
            if (!member.tenant().equals(Scope.vendorOf(device.tenant()))) {
                throw Rejected.invalid("user_id", "is no member of the device's vendor");
            }
        } catch (Rejected e) {
            throw e.is(CommonError.NOT_FOUND)
                    ? Rejected.invalid("user_id", "is no member of the device's vendor")
                    : e;
        }
    }

    private Dispenser device(Call call, String id) {
        Dispenser device =
                bus.call(DevicesApi.DISPENSER, new GetDispenser(id), Call.system(call.requestId()))
                        .await();
        if (!call.scope().covers(device.tenant())) {
            throw Rejected.notFound("device " + id);
        }
        return device;
    }
}
