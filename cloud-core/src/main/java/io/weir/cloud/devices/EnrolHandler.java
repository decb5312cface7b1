package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.State;
import io.weir.api.devices.BatchOps.SubmitBatch;
import io.weir.api.devices.DeviceOps.RegisterDevices;
import io.weir.api.devices.DeviceOps.Registered;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.cloud.devices.ProductStore.ProductRow;
import io.weir.model.access.Scope;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * AB-02: the platform registers devices under the numbers that their maker gave them. All
 * or none, each fault at its number; they are in stock at once, their credentials in a batch of
 * their own (OMS 2.8).
 */
final class EnrolHandler {
    private final Tx tx;
    private final Maker maker;
    private final Tenants tenants;
    private final Announcer announcer;
    private final Time time;

    EnrolHandler(Tx tx, Maker maker, Tenants tenants, Announcer announcer, Time time) {
        this.tx = tx;
        this.maker = maker;
        this.tenants = tenants;
        this.announcer = announcer;
        this.time = time;
    }

    private record Done(Registered registered, long version) {}

    Registered handle(Call call, RegisterDevices q) {
        checkOnce(q.deviceIds());
        String vendor = q.vendorId() == null ? null : tenants.ofVid(q.vendorId(), call.requestId());
        if (q.vendorId() != null && vendor == null) {
            throw Rejected.invalid("vendor_id", "is no active vendor's");
        }
        Done done = tx.run(call.scope(), c -> enrol(c, call, q, vendor, time.now()));
        announcer.announce(done.version());
        return done.registered();
    }

    private Done enrol(
            SqlConnection c, Call call, RegisterDevices q, @Nullable String vendor, Instant now) {
        ChangeStore.shareProduct(c, q.productId());
        ProductRow product = SubmitBatchHandler.product(c, q.productId());
        String tenant = vendor == null ? product.tenant() : vendor;
        if (!product.tenant().equals("/") && !Scope.vendorOf(product.tenant()).equals(tenant)) {
            throw Rejected.invalid("vendor_id", "must be the product's vendor");
        }
        List<String> ids = q.deviceIds();
        Batch batch = BatchStore.insert(c, batch(q), tenant, State.CONFIRMED, now);
        BatchStore.confirm(c, batch.id(), State.CONFIRMED, now);
        String gateway = GatewayStore.defaultFor(c, tenant);
        checkFree(ids, maker.make(c, batch, ids, now));
        EnrolStore.stock(c, batch.id(), q);
        String detail = ids.size() + " devices of product " + q.productId();
        Deeds.add(c, call, now, tenant, "device.register", "batch:" + batch.id(), detail);
        long version =
                gateway == null
                        ? 0
                        : ChangeStore.devices(
                                c,
                                gateway,
                                ids.stream().map(id -> new Marked(id, tenant)).toList());
        return new Done(new Registered(batch.id(), ids), version);
    }

    /** A number is registered once for ever, so a batch may be called by its first one. */
    private static SubmitBatch batch(RegisterDevices q) {
        String first = q.deviceIds().getFirst();
        return new SubmitBatch(
                "registered", q.deviceIds().size(), q.productId(), "R-" + first, null, null, null);
    }

    private static void checkOnce(List<String> ids) {
        Set<String> seen = new HashSet<>();
        List<FieldError> faults = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (!seen.add(ids.get(i))) {
                faults.add(new FieldError("device_ids[" + i + "]", "occurs twice"));
            }
        }
        refuse(faults, "device numbers occur twice");
    }

    private static void checkFree(List<String> ids, Set<String> made) {
        List<FieldError> taken = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            if (!made.contains(ids.get(i))) {
                taken.add(new FieldError("device_ids[" + i + "]", "is registered already"));
            }
        }
        refuse(taken, "devices are registered already");
    }

    private static void refuse(List<FieldError> faults, String message) {
        if (!faults.isEmpty()) {
            throw new Rejected(CommonError.INVALID, message, faults);
        }
    }
}
