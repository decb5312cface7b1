package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.Done;
import io.weir.api.devices.TopologyOps.ChangeSub;
import io.weir.api.devices.TopologyOps.ConfirmFound;
import io.weir.api.devices.TopologyOps.Found;
import io.weir.api.devices.TopologyOps.ListSubs;
import io.weir.api.devices.TopologyOps.ProductNode;
import io.weir.api.devices.TopologyOps.SetNodeType;
import io.weir.api.devices.TopologyOps.Sub;
import io.weir.cloud.devices.SubNotices.Change;
import io.weir.cloud.devices.TopologyStore.Member;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Staff looks at the sub-devices of a gateway device and changes them. */
final class TopologyHandlers {
    private final Tx tx;
    private final Announcer announcer;
    private final SubNotices notices;
    private final Time time;
    private final int most;

    TopologyHandlers(Tx tx, Announcer announcer, SubNotices notices, Time time, int most) {
        this.tx = tx;
        this.announcer = announcer;
        this.notices = notices;
        this.time = time;
        this.most = most;
    }

    private record Changed(long version, Member sub, @Nullable String left, boolean news) {}

    Page<Sub> list(Call call, ListSubs ask) {
        return tx.run(
                call.scope(),
                c -> {
                    member(c, ask.deviceId());
                    return TopologyStore.list(
                            c, call.scope(), ask.deviceId(), ask.limit(), ask.offset());
                });
    }

    Page<Found> listFound(Call call, ListSubs ask) {
        return tx.run(
                call.scope(),
                c -> {
                    member(c, ask.deviceId());
                    return TopologyStore.listFound(
                            c, call.scope(), ask.deviceId(), ask.limit(), ask.offset());
                });
    }

    Sub add(Call call, ChangeSub request) {
        Changed changed = tx.run(call.scope(), c -> add(c, call, request));
        announcer.announce(changed.version());
        List<Member> subs = List.of(changed.sub());
        if (changed.left() != null) {
            notices.changed(call, changed.left(), Change.REMOVED, subs);
        }
        if (changed.news()) {
            notices.changed(call, request.deviceId(), Change.ADDED, subs);
        }
        return tx.run(call.scope(), c -> view(c, call, request));
    }

    private Changed add(SqlConnection c, Call call, ChangeSub request) {
        lock(c, request);
        Member gateway = member(c, request.deviceId());
        Member sub = member(c, request.subId());
        refuse(TopologyFlow.add(gateway.node(), sub.node(), true));
        String parent = sub.node().parent();
        boolean news = !gateway.id().equals(parent);
        refuse(TopologyFlow.room(gateway.node(), news ? 1 : 0, most));
        long version = Topology.link(c, gateway, List.of(sub), time.now(), call.actor().uid());
        audit(c, call, gateway, "topology.add", sub.id());
        return new Changed(version, sub, news ? parent : null, news);
    }

    /** The gateway hears of it before its sub-device loses access. */
    Done remove(Call call, ChangeSub request) {
        Member sub =
                tx.run(
                        call.scope(),
                        c -> {
                            member(c, request.deviceId());
                            return own(c, request);
                        });
        notices.changed(call, request.deviceId(), Change.REMOVED, List.of(sub));
        long version =
                tx.run(
                        call.scope(),
                        c -> {
                            lock(c, request);
                            Member gateway = member(c, request.deviceId());
                            audit(c, call, gateway, "topology.remove", request.subId());
                            return Topology.unlink(c, List.of(own(c, request)));
                        });
        announcer.announce(version);
        return Done.DONE;
    }

    Found confirm(Call call, ConfirmFound request) {
        Found found =
                tx.run(
                        call.scope(),
                        c -> {
                            Member gateway = member(c, request.deviceId());
                            Found asked =
                                    TopologyStore.foundOne(
                                            c,
                                            request.deviceId(),
                                            request.productKey(),
                                            request.deviceName());
                            if (asked == null) {
                                throw Rejected.notFound("found device " + request.deviceName());
                            }
                            audit(c, call, gateway, "topology.confirm", request.deviceName());
                            return asked;
                        });
        var name = new SubName(request.productKey(), request.deviceName());
        if (!notices.ask(call, request.deviceId(), name)) {
            throw new Rejected(
                    DevicesError.DEVICE_OFFLINE,
                    "device " + request.deviceId() + " is not connected");
        }
        return found;
    }

    /** While no device of the product stands in a topology: nobody becomes another kind in it. */
    ProductNode setNodeType(Call call, SetNodeType request) {
        return tx.run(
                call.scope(),
                c -> {
                    var product = ProductStore.get(c, request.productId());
                    // Nobody links devices of it meanwhile (Topology.lock shares it).
                    ChangeStore.lockProduct(c, request.productId());
                    if (TopologyStore.inTopology(c, request.productId())) {
                        throw Rejected.invalid(
                                "node_type", "devices of the product stand in a topology");
                    }
                    if (!TopologyStore.setNodeType(c, request.productId(), request.nodeType())) {
                        throw Rejected.notFound("product " + request.productId());
                    }
                    Deeds.add(
                            c,
                            call,
                            time.now(),
                            product.tenant(),
                            "product.node-type",
                            "product:" + request.productId(),
                            request.nodeType().name());
                    return new ProductNode(request.productId(), request.nodeType());
                });
    }

    private static void lock(SqlConnection c, ChangeSub request) {
        Member gateway = member(c, request.deviceId());
        Topology.lock(c, gateway.node().tenant(), List.of(gateway, member(c, request.subId())));
    }

    /** In the caller's scope. */
    private static Member member(SqlConnection c, String id) {
        for (Member member : TopologyStore.byId(c, List.of(id))) {
            return member;
        }
        throw DeviceStore.notFound(id);
    }

    private static Member own(SqlConnection c, ChangeSub request) {
        Member sub = member(c, request.subId());
        if (!request.deviceId().equals(sub.node().parent())) {
            throw Rejected.notFound("sub-device " + request.subId());
        }
        return sub;
    }

    private static Sub view(SqlConnection c, Call call, ChangeSub request) {
        Sub sub = TopologyStore.one(c, call.scope(), request.deviceId(), request.subId());
        if (sub == null) {
            throw Rejected.notFound("sub-device " + request.subId());
        }
        return sub;
    }

    private static void refuse(int code) {
        if (code != TopologyFlow.OK) {
            throw Rejected.invalid(
                    code == TopologyFlow.NO_GATEWAY ? "device_id" : "sub_id",
                    TopologyFlow.message(code));
        }
    }

    private void audit(SqlConnection c, Call call, Member gateway, String action, String detail) {
        Deeds.add(
                c,
                call,
                time.now(),
                gateway.node().tenant(),
                action,
                "device:" + gateway.id(),
                detail);
    }
}
