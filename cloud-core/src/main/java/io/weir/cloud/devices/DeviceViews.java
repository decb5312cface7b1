package io.weir.cloud.devices;

import io.vertx.core.Future;
import io.weir.api.devices.DeviceOps.Device;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.GetUsers;
import io.weir.api.sharing.SharingApi.Users;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Devices as who asks may see them. Never inside a transaction: it asks other contexts. */
final class DeviceViews {
    private final Bus bus;
    private final Tenants tenants;

    DeviceViews(Bus bus, Tenants tenants) {
        this.bus = bus;
        this.tenants = tenants;
    }

    Device of(Call call, DeviceRow row) {
        return of(call, List.of(row)).getFirst();
    }

    List<Device> of(Call call, List<DeviceRow> rows) {
        if (call.actor().isMember()) {
            return rows.stream().map(DeviceRow::memberView).toList();
        }
        List<String> ids = rows.stream().map(DeviceRow::id).toList();
        return of(call, rows, users(call, ids).await());
    }

    /** Who uses it is asked while the row is being read. */
    Device read(Call call, String id, Supplier<DeviceRow> read) {
        if (call.actor().isMember()) {
            return read.get().memberView();
        }
        Future<List<Users>> users = users(call, List.of(id));
        DeviceRow row = read.get();
        return of(call, List.of(row), users.await()).getFirst();
    }

    private Future<List<Users>> users(Call call, List<String> ids) {
        return ids.isEmpty()
                ? Future.succeededFuture(List.of())
                : bus.call(SharingApi.USERS, new GetUsers(ids), Call.system(call.requestId()));
    }

    private List<Device> of(Call call, List<DeviceRow> rows, List<Users> users) {
        Map<String, Users> byDevice = new HashMap<>();
        users.forEach(u -> byDevice.put(u.deviceId(), u));
        return rows.stream()
                .map(
                        row ->
                                row.view(
                                        tenants.vid(row.tenant(), call.requestId()),
                                        byDevice.get(row.id())))
                .toList();
    }
}
