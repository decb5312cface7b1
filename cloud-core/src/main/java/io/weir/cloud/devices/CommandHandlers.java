package io.weir.cloud.devices;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.devices.DeviceOps.CommandResult;
import io.weir.api.devices.DeviceOps.InvokeService;
import io.weir.api.devices.DeviceOps.SetProperties;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.members.MembersApi;
import io.weir.api.members.MembersApi.GetMember;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.GetAccess;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.Service;
import io.weir.model.thing.ThingModel;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.thing.ThingCheck;
import io.weir.runtime.thing.ThingModelReader;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * OMS 2.17, 2.18: commands to a connected device. What the dispense engine controls is refused
 * before anything else is looked at; nothing is kept for a device that is offline.
 */
final class CommandHandlers {
    private final Tx tx;
    private final Bus bus;
    private final Time time;

    CommandHandlers(Tx tx, Bus bus, Time time) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
    }

    private record Target(DeviceRow device, ThingModel model) {}

    CommandResult setProperties(Call call, SetProperties request) {
        JsonNode params = Json.MAPPER.valueToTree(request.params());
        Target target =
                target(call, request.deviceId(), request.userId(), request.params().keySet());
        refuseFaults(ThingCheck.set(target.model(), params, "params"));
        String gateway = connected(target.device());
        String touched = String.join(",", request.params().keySet());
        audit(call, target.device(), "property.set", touched + as(request.userId()));
        return result(
                bus.call(
                                EdgeApi.SET_PROPERTIES.at(gateway),
                                new EdgeApi.SetProperties(target.device().id(), params.toString()),
                                call)
                        .await());
    }

    CommandResult invoke(Call call, InvokeService request) {
        JsonNode params = Json.MAPPER.valueToTree(request.params());
        Target target =
                target(call, request.deviceId(), request.userId(), Set.of(request.service()));
        Service service =
                target.model()
                        .service(request.service())
                        .orElseThrow(
                                () ->
                                        Rejected.invalid(
                                                "service", "is no service of the thing model"));
        refuseFaults(ThingCheck.invoke(service, params, "params"));
        String gateway = connected(target.device());
        audit(call, target.device(), "service.invoke", request.service() + as(request.userId()));
        return result(
                bus.call(
                                EdgeApi.INVOKE.at(gateway),
                                new EdgeApi.InvokeService(
                                        target.device().id(), request.service(), params.toString()),
                                call)
                        .await());
    }

    /**
     * @param wanted services or properties that the command touches
     */
    private Target target(Call call, String deviceId, @Nullable String userId, Set<String> wanted) {
        record Found(DeviceRow device, String tsl) {}
        Found found =
                tx.run(
                        call.scope(),
                        c -> {
                            DeviceRow device = DeviceStore.get(c, deviceId).there();
                            return new Found(device, DeviceStore.model(c, device.productId()));
                        });
        if (call.actor().isMember()) {
            if (!may(call, call.actor().uid(), found.device())) {
                throw new Rejected(
                        CommonError.FORBIDDEN, "you have no right to control this device");
            }
        } else if (userId != null) {
            checkMember(call, userId, found.device());
        }
        for (String name : wanted) {
            if (found.device().controlled().contains(name)) {
                throw new Rejected(
                        DevicesError.CONTROLLED_BY_DISPENSE,
                        name + " is controlled by the dispense engine; create a dispense instead",
                        List.of(new FieldError(name, "is controlled by the dispense engine")));
            }
        }
        return new Target(found.device(), ThingModelReader.read(found.tsl(), "thing_model"));
    }

    /**
     * Acting as a member needs the member to be the caller's, and to have a right to the device.
     */
    private void checkMember(Call call, String userId, DeviceRow device) {
        MemberFacts member;
        try {
            member =
                    bus.call(MembersApi.FACTS, new GetMember(userId), Call.system(call.requestId()))
                            .await();
        } catch (Rejected e) {
            if (!e.is(CommonError.NOT_FOUND)) {
                throw e;
            }
            throw foreign();
        }
        if (!member.active()
                || !call.scope().covers(member.tenant())
                || !device.tenant().startsWith(member.tenant())
                || !may(call, userId, device)) {
            throw foreign();
        }
    }

    private boolean may(Call call, String uid, DeviceRow device) {
        return bus.call(
                        SharingApi.ACCESS,
                        new GetAccess(device.id(), uid),
                        Call.system(call.requestId()))
                .await()
                .may(Right.CONTROL);
    }

    private static Rejected foreign() {
        return new Rejected(
                CommonError.FORBIDDEN,
                "user_id: has no right to this device",
                List.of(new FieldError("user_id", "has no right to this device")));
    }

    private static void refuseFaults(List<FieldError> faults) {
        if (!faults.isEmpty()) {
            throw new Rejected(
                    CommonError.INVALID,
                    faults.getFirst().field() + ": " + faults.getFirst().rule(),
                    faults);
        }
    }

    /** The gateway that holds its connection. */
    private static String connected(DeviceRow device) {
        if (!device.usable()) {
            throw new Rejected(
                    DevicesError.DEVICE_NOT_USABLE,
                    "device " + device.id() + " is " + device.status());
        }
        String gateway = device.connectedTo();
        if (gateway == null) {
            throw new Rejected(
                    DevicesError.DEVICE_OFFLINE, "device " + device.id() + " is not connected");
        }
        return gateway;
    }

    private static String as(@Nullable String userId) {
        return userId == null ? "" : " as " + userId;
    }

    private void audit(Call call, DeviceRow device, String action, String detail) {
        tx.run(
                call.scope(),
                c -> {
                    Deeds.add(
                            c,
                            call,
                            time.now(),
                            device.tenant(),
                            action,
                            "device:" + device.id(),
                            detail);
                    return true;
                });
    }

    private static CommandResult result(CommandReply reply) {
        return new CommandResult(reply.code(), Json.tree(reply.dataJson()), reply.message());
    }
}
