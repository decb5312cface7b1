package io.weir.cloud.sharing;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.sharing.GroupOps;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingOps;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import java.util.List;

/** Wires the sharing context. On virtual threads. */
public final class SharingVerticle extends VerticleBase {
    private final SharingConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;

    public SharingVerticle(SharingConfig config, Bus bus, Tx tx, Time time) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
    }

    @Override
    public Future<?> start() {
        var members = new Members(bus);
        var binding = new BindHandlers(tx, time, members, config);
        var shares = new ShareHandlers(tx, time, members, config);
        return Future.all(
                groups(new GroupHandlers(tx, time, config)),
                Future.all(
                        List.of(
                                bus.serve(SharingApi.ACCESS, binding::access).completion(),
                                bus.serve(SharingApi.USERS, binding::users).completion(),
                                bus.serve(SharingApi.VIEWABLE, binding::viewable).completion(),
                                bus.serve(SharingApi.COUNT, binding::count).completion(),
                                bus.serve(SharingApi.DROP_DEVICE, binding::dropDevice).completion(),
                                bus.serve(SharingApi.DROP_MEMBER, binding::dropMember).completion(),
                                bus.serve(SharingOps.BIND, binding::bind).completion(),
                                bus.serve(SharingOps.UNBIND, binding::unbind).completion(),
                                bus.serve(SharingOps.CREATE, shares::create).completion(),
                                bus.serve(SharingOps.ACCEPT, shares::accept).completion(),
                                bus.serve(SharingOps.LIST, shares::list).completion(),
                                bus.serve(SharingOps.END, shares::end).completion(),
                                bus.serve(SharingOps.REMOVE, shares::remove).completion(),
                                bus.serve(SharingOps.DEVICES, shares::devices).completion(),
                                bus.serve(SharingOps.USERS, shares::users).completion(),
                                bus.serve(SharingOps.OMS_DEVICES, shares::omsDevices)
                                        .completion())));
    }

    private Future<?> groups(GroupHandlers groups) {
        return Future.all(
                List.of(
                        bus.serve(GroupOps.LIST, groups::list).completion(),
                        bus.serve(GroupOps.CREATE, groups::create).completion(),
                        bus.serve(GroupOps.GET, groups::get).completion(),
                        bus.serve(GroupOps.RENAME, groups::rename).completion(),
                        bus.serve(GroupOps.REMOVE, groups::remove).completion(),
                        bus.serve(GroupOps.NEW_CODE, groups::newCode).completion(),
                        bus.serve(GroupOps.JOIN, groups::join).completion(),
                        bus.serve(GroupOps.LEAVE, groups::leave).completion(),
                        bus.serve(GroupOps.TRANSFER, groups::transfer).completion(),
                        bus.serve(GroupOps.ADD_DEVICE, groups::addDevice).completion(),
                        bus.serve(GroupOps.REMOVE_DEVICE, groups::removeDevice).completion(),
                        bus.serve(GroupOps.MEMBERS, (call, q) -> groups.members(call, q.groupId()))
                                .completion(),
                        bus.serve(GroupOps.DEVICES, (call, q) -> groups.devices(call, q.groupId()))
                                .completion(),
                        bus.serve(GroupOps.OMS_LIST, groups::omsList).completion(),
                        bus.serve(GroupOps.OMS_GET, (call, q) -> groups.get(call, q.id()))
                                .completion(),
                        bus.serve(GroupOps.OMS_MEMBERS, (call, q) -> groups.members(call, q.id()))
                                .completion(),
                        bus.serve(GroupOps.OMS_DEVICES, (call, q) -> groups.devices(call, q.id()))
                                .completion(),
                        bus.serve(GroupOps.OF_DEVICE, groups::ofDevice).completion(),
                        bus.serve(GroupOps.OF_MEMBER, groups::ofMember).completion()));
    }
}
