package io.weir.cloud.oms;

import io.weir.api.devices.BatchOps;
import io.weir.api.devices.DeviceOps;
import io.weir.api.devices.ProductOps;
import io.weir.api.devices.ProfileOps;
import io.weir.api.members.OmsUserOps;
import io.weir.api.oms.AppOps;
import io.weir.api.sharing.GroupOps;
import io.weir.api.sharing.SharingOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/oms.yaml} is answered by. */
public final class OmsRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("listBatches", BatchOps.LIST, 200),
                    Route.of("getBatch", BatchOps.DETAIL, 200),
                    Route.of("updateBatch", BatchOps.UPDATE, 201),
                    Route.of("removeBatch", BatchOps.REMOVE, 201),
                    Route.of("produceDevices", BatchOps.SUBMIT, 201),
                    Route.of("confirmBatch", BatchOps.CONFIRM, 201),
                    Route.of("downloadBatch", BatchOps.DOWNLOAD, 200),
                    Route.of("listBatchDevices", DeviceOps.OF_BATCH, 200),
                    Route.of("omsListDevices", DeviceOps.OMS_LIST, 200),
                    Route.of("omsUpdateDevice", DeviceOps.UPDATE, 201),
                    Route.of("omsGetDevice", DeviceOps.OMS_GET, 200),
                    Route.of("omsSetProperties", DeviceOps.SET_PROPERTIES, 201),
                    Route.of("omsInvokeService", DeviceOps.INVOKE, 201),
                    Route.of("listProducts", ProductOps.LIST, 200),
                    Route.of("addProduct", ProductOps.ADD, 201),
                    Route.of("updateProduct", ProductOps.UPDATE, 201),
                    Route.of("getProduct", ProductOps.DETAIL, 200),
                    Route.of("removeProduct", ProductOps.REMOVE, 201),
                    Route.of("listProductModels", ProductOps.MODELS, 200),
                    Route.of("omsListUsers", OmsUserOps.LIST, 200),
                    Route.of("omsAddUser", OmsUserOps.ADD, 201),
                    Route.of("omsUpdateUser", OmsUserOps.UPDATE, 201),
                    Route.of("omsGetUser", OmsUserOps.GET, 200),
                    Route.of("omsRemoveUser", OmsUserOps.REMOVE, 201),
                    Route.of("omsRemoveDevice", ProfileOps.OMS_REMOVE, 201),
                    Route.of("omsToken", AppOps.TOKEN, 201),
                    Route.of("omsDeviceMembers", SharingOps.USERS, 200),
                    Route.of("omsDeviceGroups", GroupOps.OF_DEVICE, 200),
                    Route.of("omsUserDevices", SharingOps.OMS_DEVICES, 200),
                    Route.of("omsUserGroups", GroupOps.OF_MEMBER, 200),
                    Route.of("omsListGroups", GroupOps.OMS_LIST, 200),
                    Route.of("omsGetGroup", GroupOps.OMS_GET, 200),
                    Route.of("omsListGroupMembers", GroupOps.OMS_MEMBERS, 200),
                    Route.of("omsListGroupDevices", GroupOps.OMS_DEVICES, 200));

    /** Contract file of the apps that may ask for tokens. */
    public static final ContextRoutes APPS =
            new ContextRoutes(
                    "apps",
                    List.of(
                            Route.of("listApps", AppOps.LIST, 200),
                            Route.of("issueApp", AppOps.ISSUE, 201),
                            Route.of("rotateApp", AppOps.ROTATE, 201),
                            Route.of("revokeApp", AppOps.REVOKE, 204)));

    public static final ContextRoutes CONTEXT = new ContextRoutes("oms", ROUTES);

    private OmsRoutes() {}
}
