package io.weir.cloud.devices;

import io.weir.api.devices.DeviceOps.BatchDevices;
import io.weir.api.devices.DeviceOps.Device;
import io.weir.api.devices.DeviceOps.GetDevice;
import io.weir.api.devices.DeviceOps.ListDevices;
import io.weir.api.devices.DeviceOps.OmsGetDevice;
import io.weir.api.devices.DeviceOps.OmsListDevices;
import io.weir.api.devices.DeviceOps.PublicDevice;
import io.weir.api.devices.DeviceOps.PublicVendor;
import io.weir.api.devices.DeviceOps.Sort;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.DevicesOfProduct;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.OutletFlow;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.devices.DevicesApi.ProductDevice;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.GetAccess;
import io.weir.api.sharing.SharingApi.GetViewable;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.devices.DeviceLists.Filter;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Looking at devices: AB-01, AB-03, OMS 2.7, 2.9, 2.11, the scan page, and other contexts. */
final class DeviceReads {
    private static final int PLACES_AT_ONCE = 500;
    private final Tx tx;
    private final Tenants tenants;

    private final DeviceViews views;
    private final Bus bus;
    private final Time time;

    DeviceReads(Tx tx, Tenants tenants, DeviceViews views, Bus bus, Time time) {
        this.tx = tx;
        this.tenants = tenants;
        this.views = views;
        this.bus = bus;
        this.time = time;
    }

    /** Members get those that they hold, and those that they may view by a share or a group. */
    Page<Device> list(Call call, ListDevices q) {
        String vendor = q.vendorId() == null ? null : tenants.ofVid(q.vendorId(), call.requestId());
        if (q.vendorId() != null && vendor == null) {
            return new Page<>(0, List.of());
        }
        return list(
                call,
                new Filter(
                        makes(call),
                        q.name(),
                        q.productId(),
                        null,
                        q.type(),
                        q.state(),
                        q.online(),
                        vendor,
                        ids(call, q.userId()),
                        q.lifecycle(),
                        q.model()),
                Sort.valueOf(q.sort().toUpperCase(Locale.ROOT)),
                q.order().equals("desc"),
                new Paging(q.limit(), q.offset()));
    }

    Page<Device> omsList(Call call, OmsListDevices q) {
        return list(
                call,
                Filter.of(makes(call), q.name(), q.productId(), null),
                Sort.DEVICE_ID,
                false,
                Paging.of(q.page(), q.pageSize(), q.limit(), q.offset()));
    }

    Page<Device> ofBatch(Call call, BatchDevices q) {
        tx.run(call.scope(), c -> BatchStore.detail(c, q.id()));
        return list(
                call,
                Filter.of(true, null, null, q.id()),
                Sort.DEVICE_ID,
                false,
                Paging.of(q.page(), q.pageSize(), q.limit(), q.offset()));
    }

    Device get(Call call, GetDevice request) {
        return get(call, request.deviceId());
    }

    Device omsGet(Call call, OmsGetDevice request) {
        return get(call, request.id());
    }

    private Device get(Call call, String id) {
        return views.read(call, id, () -> row(call, id));
    }

    private DeviceRow row(Call call, String id) {
        DeviceRow row = tx.read(call.scope(), c -> DeviceStore.get(c, id)).there();
        boolean hidden = call.actor().isMember() && !mayView(call, id);
        if (hidden || !row.confirmed() && !makes(call)) {
            throw DeviceStore.notFound(id);
        }
        return row;
    }

    /** Null: all that the filters say. */
    private @Nullable List<String> ids(Call call, @Nullable String userId) {
        if (call.actor().isMember()) {
            boolean others = userId != null && !userId.equals(call.actor().uid());
            return others ? List.of() : viewable(call, call.actor().uid(), userId != null);
        }
        return userId == null ? null : viewable(call, userId, true);
    }

    private List<String> viewable(Call call, String uid, boolean heldOnly) {
        var ask = new GetViewable(uid, heldOnly);
        return bus.call(SharingApi.VIEWABLE, ask, Call.system(call.requestId()))
                .await()
                .deviceIds();
    }

    /** What somebody else holds is not for every member of the vendor. */
    private boolean mayView(Call call, String id) {
        return bus.call(
                        SharingApi.ACCESS,
                        new GetAccess(id, call.actor().uid()),
                        Call.system(call.requestId()))
                .await()
                .may(Right.VIEW);
    }

    /** Anybody asks: whoever scans the device has no scope yet. */
    PublicDevice publicDevice(Call call, GetDevice request) {
        DeviceRow row = tx.system(c -> DeviceStore.get(c, request.deviceId())).there();
        if (!row.confirmed()) {
            throw DeviceStore.notFound(request.deviceId());
        }
        Tenant vendor = tenants.vendor(Scope.vendorOf(row.tenant()), call.requestId());
        return new PublicDevice(
                row.id(),
                row.name(),
                row.productName(),
                vendor == null ? null : new PublicVendor(vendor.id(), vendor.name()),
                row.usable(),
                row.online(),
                row.outlets());
    }

    /** In the asker's scope: a foreign vendor's device is not found. */
    Dispenser dispenser(Call call, GetDispenser request) {
        DeviceRow row = tx.run(call.scope(), c -> DeviceStore.get(c, request.deviceId()));
        Map<Outlet, OutletFlow> outlets = new EnumMap<>(Outlet.class);
        var meter = row.flowmeter();
        if (meter != null) {
            meter.config()
                    .forEach(
                            o ->
                                    outlets.put(
                                            o.key(), new OutletFlow(o.value(), o.pulseConstant())));
        }
        return new Dispenser(
                row.id(),
                row.name(),
                row.tenant(),
                row.productKey(),
                row.usable() && row.serves(time.now()),
                row.online(),
                row.connectedTo() == null ? row.gateway() : row.connectedTo(),
                meter == null ? MeasureMode.VOLUME : meter.measureMode(),
                outlets,
                row.inQc());
    }

    /** In the asker's scope, as {@link #dispenser}. */
    DeviceModel model(Call call, GetDispenser request) {
        return tx.run(
                call.scope(),
                c -> {
                    DeviceRow row = DeviceStore.get(c, request.deviceId());
                    return new DeviceModel(
                            row.id(),
                            row.tenant(),
                            row.productKey(),
                            row.deviceName(),
                            DeviceStore.model(c, row.productId()),
                            List.copyOf(row.controlled()),
                            row.usable() ? row.connectedTo() : null);
                });
    }

    List<Place> places(Call call, GetPlaces request) {
        if (request.deviceIds().size() > PLACES_AT_ONCE) {
            throw Rejected.invalid("device_ids", "must be at most " + PLACES_AT_ONCE);
        }
        return tx.system(c -> DeviceStore.places(c, request.deviceIds()));
    }

    List<ProductDevice> ofProduct(Call call, DevicesOfProduct request) {
        if (request.limit() > DevicesApi.DEVICES_AT_ONCE) {
            throw Rejected.invalid("limit", "must be at most " + DevicesApi.DEVICES_AT_ONCE);
        }
        return tx.run(call.scope(), c -> DeviceStore.ofProduct(c, call.scope(), request));
    }

    private Page<Device> list(Call call, Filter filter, Sort sort, boolean falling, Paging page) {
        Page<DeviceRow> rows =
                tx.read(
                        call.scope(),
                        c -> DeviceLists.page(c, call.scope(), filter, sort, falling, page));
        return new Page<>(rows.total(), views.of(call, rows.items()));
    }

    /** Those who have devices made see also what is not in stock yet. */
    private static boolean makes(Call call) {
        return call.actor().role() == Role.PLATFORM || call.actor().role() == Role.VENDOR;
    }
}
