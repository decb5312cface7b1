package io.weir.cloud.devices;

import io.weir.api.devices.DeviceOps;
import io.weir.api.devices.LifecycleOps;
import io.weir.api.devices.ProfileOps;
import io.weir.api.devices.ScriptOps;
import io.weir.cloud.http.ContextRoutes;
import io.weir.cloud.http.Route;

import java.util.List;

/** What {@code contract/devices.yaml} is answered by. */
public final class DevicesRoutes {
    public static final List<Route> ROUTES =
            List.of(
                    Route.of("listDevices", DeviceOps.LIST, 200),
                    Route.of("registerDevices", DeviceOps.REGISTER, 201),
                    Route.of("getDevice", DeviceOps.GET, 200),
                    Route.of("configureDevice", ProfileOps.CONFIGURE, 201),
                    Route.of("deregisterDevice", ProfileOps.DEREGISTER, 204),
                    Route.of("getDeviceBasics", ProfileOps.GET_BASICS, 200),
                    Route.of("setDeviceBasics", ProfileOps.SET_BASICS, 201),
                    Route.of("getDeviceService", ProfileOps.GET_SERVICE, 200),
                    Route.of("setDeviceService", ProfileOps.SET_SERVICE, 201),
                    Route.of("getDeviceStatus", ProfileOps.GET_RUNNING, 200),
                    Route.of("getDeviceStatistics", ProfileOps.STATISTICS, 200),
                    Route.of("clearDevice", ProfileOps.CLEAR, 204),
                    Route.of("setDeviceProperties", DeviceOps.SET_PROPERTIES, 201),
                    Route.of("invokeDeviceService", DeviceOps.INVOKE, 201),
                    Route.of("setDeviceState", DeviceOps.SET_STATE, 201),
                    Route.of("moveDevice", LifecycleOps.MOVE, 201),
                    Route.of("listDeviceLifecycle", LifecycleOps.HISTORY, 200),
                    Route.of("assignDevice", DeviceOps.ASSIGN, 201),
                    Route.of("listExposedDevices", DeviceOps.EXPOSED, 200),
                    Route.of("getPublicDevice", DeviceOps.PUBLIC, 200),
                    Route.of("putScript", ScriptOps.PUT, 201),
                    Route.of("getScript", ScriptOps.GET, 200),
                    Route.of("listScripts", ScriptOps.LIST, 200),
                    Route.of("publishScript", ScriptOps.PUBLISH, 201),
                    Route.of("tryScript", ScriptOps.TRY, 200));

    public static final ContextRoutes CONTEXT = new ContextRoutes("devices", ROUTES);

    private DevicesRoutes() {}
}
