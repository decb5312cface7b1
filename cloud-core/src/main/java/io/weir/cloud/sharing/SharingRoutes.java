package io.weir.cloud.sharing;

import io.weir.api.sharing.GroupOps;
import io.weir.api.sharing.SharingOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What the sharing context answers over HTTP. */
public final class SharingRoutes {
    public static final ContextRoutes CONTEXT =
            new ContextRoutes(
                    "sharing",
                    List.of(
                            Route.of("bindDevice", SharingOps.BIND, 201),
                            Route.of("unbindDevice", SharingOps.UNBIND, 204),
                            Route.of("shareDevice", SharingOps.CREATE, 201),
                            Route.of("listShares", SharingOps.LIST, 200),
                            Route.of("endShare", SharingOps.END, 204),
                            Route.of("acceptShare", SharingOps.ACCEPT, 201),
                            Route.of("removeShare", SharingOps.REMOVE, 204),
                            Route.of("listUserDevices", SharingOps.DEVICES, 200),
                            Route.of("listGroups", GroupOps.LIST, 200),
                            Route.of("createGroup", GroupOps.CREATE, 201),
                            Route.of("joinGroup", GroupOps.JOIN, 201),
                            Route.of("getGroup", GroupOps.GET, 200),
                            Route.of("renameGroup", GroupOps.RENAME, 201),
                            Route.of("removeGroup", GroupOps.REMOVE, 204),
                            Route.of("renewGroupCode", GroupOps.NEW_CODE, 201),
                            Route.of("listGroupMembers", GroupOps.MEMBERS, 200),
                            Route.of("leaveGroup", GroupOps.LEAVE, 204),
                            Route.of("transferGroup", GroupOps.TRANSFER, 201),
                            Route.of("listGroupDevices", GroupOps.DEVICES, 200),
                            Route.of("addGroupDevice", GroupOps.ADD_DEVICE, 201),
                            Route.of("removeGroupDevice", GroupOps.REMOVE_DEVICE, 204)));

    private SharingRoutes() {}
}
