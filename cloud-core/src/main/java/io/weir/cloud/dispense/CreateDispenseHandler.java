package io.weir.cloud.dispense;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.devices.DevicesApi.OutletFlow;
import io.weir.api.dispense.ChannelOps.Channel;
import io.weir.api.dispense.ChannelOps.Kind;
import io.weir.api.dispense.DispenseOps.CreateDispense;
import io.weir.api.dispense.DispenseOps.DispenseView;
import io.weir.api.edge.EdgeApi;
import io.weir.api.ledger.LedgerApi;
import io.weir.api.members.MembersApi;
import io.weir.api.members.MembersApi.GetMember;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.Access;
import io.weir.api.sharing.SharingApi.GetAccess;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.Chain;
import io.weir.api.vendors.VendorsApi.GetChain;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.dispense.Dispense.Order;
import io.weir.cloud.dispense.DispenseInput.Abandoned;
import io.weir.cloud.dispense.DispenseInput.CommandLeaving;
import io.weir.cloud.dispense.DispenseInput.HoldDone;
import io.weir.cloud.dispense.DispenseInput.HoldRefused;
import io.weir.cloud.dispense.Parties.Payee;
import io.weir.cloud.dispense.TariffStore.Tariff;
import io.weir.model.Money;
import io.weir.model.access.Actor;
import io.weir.model.access.Scope;
import io.weir.model.dispense.DispenseState;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A member's wish for water: checked, its money held, its command sent (DESIGN section 5.1, 5.2).
 *
 * <p>Each step is written before the next is taken, so whoever finds the row knows what may have
 * happened: CREATED, perhaps held; HELD, held and not commanded; COMMANDED, perhaps opened.
 */
final class CreateDispenseHandler {
    private static final Logger LOG = LoggerFactory.getLogger(CreateDispenseHandler.class);

    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final DispenseConfig config;
    private final DispenseBook book;
    private final DispenseIds ids;
    private final DispenseStore dispenses = new DispenseStore();
    private final TariffStore tariffs = new TariffStore();
    private final FaultStore faults = new FaultStore();
    private final ChannelStore channels = new ChannelStore();

    /** How an order will reach the device. */
    enum Way {
        /** At once: it must be connected. */
        ONLINE,
        /** As quota for the time without the cloud: it must only have a gateway. Always paid. */
        QUOTA
    }

    CreateDispenseHandler(Bus bus, Tx tx, Time time, DispenseConfig config, DispenseBook book) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.config = config;
        this.book = book;
        this.ids = new DispenseIds(time);
    }

    DispenseView handle(Call call, CreateDispense ask) {
        String key = call.idempotencyKey();
        if (key == null) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REQUIRED, "header Idempotency-Key is required");
        }
        checkVolume(ask.volumeMl());
        String caller = call.actor().uid();
        Dispense before = tx.run(call.scope(), c -> dispenses.byKey(c, call.scope(), caller, key));
        if (before != null) {
            return replay(before, ask);
        }
        return run(call.scope(), offer(call, key, ask, Way.ONLINE));
    }

    void checkVolume(long ml) {
        if (ml < 1 || ml > config.maxVolumeMl()) {
            throw Rejected.invalid("volume_ml", "must be 1.." + config.maxVolumeMl());
        }
    }

    /**
     * The order as it would be now, every party and price frozen; nothing is written.
     *
     * <p>What a channel has room for is not billed. Else a member pays, and staff is refused.
     */
    Order offer(Call call, String key, CreateDispense ask, Way way) {
        Call within = Call.system(call.requestId());
        Dispenser device =
                bus.call(DevicesApi.DISPENSER, new GetDispenser(ask.deviceId()), within).await();
        if (!call.scope().covers(device.tenant())) {
            throw Rejected.notFound("device " + ask.deviceId());
        }
        Future<Access> access =
                bus.call(
                        SharingApi.ACCESS,
                        new GetAccess(ask.deviceId(), call.actor().uid()),
                        within);
        OutletFlow flow = usableOutlet(device, ask);
        Channel channel = way == Way.ONLINE ? channel(call, device, ask) : null;
        if (!call.actor().isMember()) {
            return ofStaff(call, key, ask, device, flow, channel, within);
        }
        if (device.inQc()) {
            throw new Rejected(
                    DispenseError.DEVICE_NOT_USABLE,
                    "device " + ask.deviceId() + " is being checked");
        }
        Future<MemberFacts> member =
                bus.call(MembersApi.FACTS, new GetMember(call.actor().uid()), within);
        Future<Chain> chain = bus.call(VendorsApi.CHAIN, new GetChain(device.tenant()), within);
        if (!access.await().may(Right.DISPENSE)) {
            throw new Rejected(
                    DispenseError.NOT_SHARED, "somebody holds this device: ask them for a share");
        }
        Standing standing = tx.run(call.scope(), c -> standing(c, device));
        Terms terms = channel == null ? termsOf(standing, ask) : Terms.FREE;
        String gateway = connected(device, way);
        refuseFaulted(standing, ask.deviceId());
        Parties parties = parties(active(member.await()).referrers(), chain.await());
        return order(call.actor(), key, ask, device, gateway, flow, terms, parties, channel);
    }

    /** The vendor's own people, who pay nothing and so need a channel; nobody refers them. */
    private Order ofStaff(
            Call call,
            String key,
            CreateDispense ask,
            Dispenser device,
            OutletFlow flow,
            @Nullable Channel channel,
            Call within) {
        if (channel == null) {
            throw new Rejected(
                    DispenseError.NO_CHANNEL, "open a channel with room for so much first");
        }
        Chain chain = bus.call(VendorsApi.CHAIN, new GetChain(device.tenant()), within).await();
        refuseFaulted(tx.run(call.scope(), c -> standing(c, device)), ask.deviceId());
        String gateway = connected(device, Way.ONLINE);
        Parties parties = parties(List.of(), chain);
        return order(call.actor(), key, ask, device, gateway, flow, Terms.FREE, parties, channel);
    }

    private @Nullable Channel channel(Call call, Dispenser device, CreateDispense ask) {
        String member = call.actor().isMember() ? call.actor().uid() : null;
        Kind kind = device.inQc() ? Kind.QC : Kind.TRIAL;
        return tx.run(
                call.scope(),
                c ->
                        channels.covering(
                                c,
                                device.deviceId(),
                                device.tenant(),
                                kind,
                                member,
                                ask.volumeMl(),
                                time.now()));
    }

    /** The same question again gets the same dispense, however it has gone since. */
    private static DispenseView replay(Dispense before, CreateDispense ask) {
        Order o = before.order();
        if (!o.deviceId().equals(ask.deviceId())
                || o.outlet() != ask.outlet()
                || o.orderedMl() != ask.volumeMl()) {
            throw new Rejected(
                    CommonError.IDEMPOTENCY_KEY_REUSED,
                    "this idempotency key was used for another dispense");
        }
        return Views.of(before);
    }

    private static OutletFlow usableOutlet(Dispenser device, CreateDispense ask) {
        if (!device.usable()) {
            throw new Rejected(
                    DispenseError.DEVICE_NOT_USABLE,
                    "device " + ask.deviceId() + " is not in service");
        }
        OutletFlow flow = device.outlets().get(ask.outlet());
        if (flow == null) {
            String rule =
                    "this device has "
                            + device.outlets().keySet().stream()
                                    .map(o -> o.wire())
                                    .sorted()
                                    .toList();
            throw new Rejected(
                    DispenseError.UNKNOWN_OUTLET,
                    "outlet: " + rule,
                    List.of(new FieldError("outlet", rule)));
        }
        return flow;
    }

    /** What this context itself knows of a device. */
    private record Standing(@Nullable Tariff tariff, boolean faulted) {}

    private Standing standing(SqlConnection c, Dispenser device) {
        return new Standing(tariffs.inForce(c, device), faults.isFaulted(c, device.deviceId()));
    }

    private static Terms termsOf(Standing standing, CreateDispense ask) {
        Tariff tariff = standing.tariff();
        Money price = tariff == null ? null : tariff.prices().get(ask.outlet());
        if (tariff == null || price == null) {
            throw new Rejected(
                    DispenseError.NO_TARIFF,
                    "outlet " + ask.outlet().wire() + " of this device has no price yet");
        }
        return tariff.terms(price);
    }

    private static String connected(Dispenser device, Way way) {
        String gateway = device.gateway();
        if (way == Way.ONLINE && !device.online() || gateway == null) {
            throw new Rejected(
                    DispenseError.DEVICE_OFFLINE,
                    "device " + device.deviceId() + " is not connected");
        }
        return gateway;
    }

    private static void refuseFaulted(Standing standing, String deviceId) {
        if (standing.faulted()) {
            throw new Rejected(
                    DispenseError.DEVICE_FAULTED,
                    "device " + deviceId + " is out of order, the operator is informed");
        }
    }

    private static MemberFacts active(MemberFacts member) {
        if (!member.active()) {
            throw new Rejected(CommonError.FORBIDDEN, "this account is not active");
        }
        return member;
    }

    private static Parties parties(List<String> referrers, Chain chain) {
        Tenant partner = chain.partner();
        return new Parties(
                Objects.requireNonNull(tenant(chain, "VENDOR"), "a chain without a vendor"),
                tenant(chain, "AGENT"),
                tenant(chain, "DEALER"),
                partner == null ? null : new Payee(partner.id(), partner.path()),
                referrers.stream().limit(Terms.LEVELS).toList());
    }

    private static @Nullable Payee tenant(Chain chain, String kind) {
        return chain.tenants().stream()
                .filter(t -> t.kind().equals(kind))
                .map(t -> new Payee(t.id(), t.path()))
                .findFirst()
                .orElse(null);
    }

    private Order order(
            Actor member,
            String key,
            CreateDispense ask,
            Dispenser device,
            String gateway,
            OutletFlow flow,
            Terms terms,
            Parties parties,
            @Nullable Channel channel) {
        long secondsMax = config.secondsMax(ask.volumeMl(), flow.mlPerSecond());
        return new Order(
                ids.next(),
                device.tenant(),
                member.uid(),
                key,
                ask.deviceId(),
                gateway,
                ask.outlet(),
                ask.volumeMl(),
                device.mode(),
                flow.mlPerSecond(),
                flow.mlPer1000Pulses(),
                secondsMax,
                config.openWithin().toMillis(),
                config.endWithinMs(secondsMax),
                terms,
                parties,
                DispensePricing.tariff(terms, ask.volumeMl()),
                time.now(),
                channel == null ? null : channel.channelId());
    }

    private DispenseView run(Scope scope, Order order) {
        Instant resolveAt = order.created().plus(config.resolveAfter());
        if (!tx.run(scope, c -> insert(c, order, resolveAt))) {
            return busy(scope, order);
        }
        book.step(scope, order.id(), new HoldDone(hold(scope, order)));
        Dispense commanded = book.step(scope, order.id(), new CommandLeaving());
        if (commanded.course().state() != DispenseState.COMMANDED) {
            throw new Rejected(
                    CommonError.UNAVAILABLE, "it took too long and was given up, try again");
        }
        send(order);
        return Views.of(commanded);
    }

    private boolean insert(SqlConnection c, Order order, Instant resolveAt) {
        Long channel = order.channel();
        if (channel != null && !channels.admits(c, channel, order.orderedMl(), order.created())) {
            throw new Rejected(DispenseError.NO_CHANNEL, "the channel has no more room, try again");
        }
        return dispenses.insert(c, order, resolveAt);
    }

    /**
     * The row was not let in: the device is busy, or the same question won a race with this one.
     */
    private DispenseView busy(Scope scope, Order order) {
        Dispense twin = tx.run(scope, c -> dispenses.byKey(c, scope, order.member(), order.key()));
        if (twin == null) {
            throw new Rejected(
                    DispenseError.DEVICE_BUSY,
                    "somebody is dispensing at device " + order.deviceId());
        }
        return replay(
                twin, new CreateDispense(order.deviceId(), order.outlet(), order.orderedMl()));
    }

    /** The ledger's hold; empty when there is nothing to hold. */
    private String hold(Scope scope, Order order) {
        if (order.hold().isZero()) {
            return "";
        }
        try {
            return bus.call(
                            LedgerApi.HOLD,
                            LedgerDesk.holdOf(
                                    order.id(), order.tenant(), order.member(), order.hold()),
                            Call.system(order.id()))
                    .await()
                    .hold();
        } catch (Rejected e) {
            boolean refused = e.status() < CommonError.INTERNAL.status();
            book.step(scope, order.id(), refused ? new HoldRefused() : new Abandoned());
            throw e;
        }
    }

    /** Once, without waiting: what comes of it is told by facts, and asked for if none come. */
    private void send(Order order) {
        bus.call(EdgeApi.OPEN.at(order.gateway()), order.command(), Call.system(order.id()))
                .onComplete(
                        answer ->
                                LOG.debug(
                                        "dispense {} at {}: {}",
                                        order.id(),
                                        order.gateway(),
                                        answer));
    }
}
