package io.weir.cloud.devices;

import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.SubmitBatch;
import io.weir.cloud.devices.ProductStore.ProductRow;
import io.weir.cloud.seal.SecretBox;
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
import java.util.regex.Pattern;

/**
 * OMS 2.5: makes devices with their credentials. They belong to a gateway at once, so that one that
 * connects too early is refused as NOT_CONFIRMED rather than as unknown.
 */
final class SubmitBatchHandler {
    /** Alink device names have 4 to 32 characters (facts: alink.md section 12). */
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{3,31}");

    private final Tx tx;
    private final SecretBox box;
    private final Tenants tenants;
    private final Time time;
    private final int maxBatch;
    private final Serials serials = new Serials();

    SubmitBatchHandler(Tx tx, SecretBox box, Tenants tenants, Time time, int maxBatch) {
        this.tx = tx;
        this.box = box;
        this.tenants = tenants;
        this.time = time;
        this.maxBatch = maxBatch;
    }

    Batch handle(Call call, SubmitBatch request) {
        if (request.amount() < 1 || request.amount() > maxBatch) {
            throw Rejected.invalid("amount", "must be from 1 to " + maxBatch);
        }
        checkSerials(request);
        String asked = request.tenant() == null ? null : tenants.checked(call, request.tenant());
        Instant now = time.now();
        try {
            return tx.run(call.scope(), c -> submit(c, call, request, asked, now));
        } catch (PgException e) {
            if ("batch_no_once".equals(e.getConstraint())) {
                throw Rejected.invalid("batch_no", "is taken");
            }
            throw e;
        }
    }

    private Batch submit(
            SqlConnection c, Call call, SubmitBatch request, @Nullable String asked, Instant now) {
        ChangeStore.shareProduct(c, request.productId());
        ProductRow product = product(c, request.productId());
        String tenant = asked == null ? owner(call, product) : asked;
        if (!product.tenant().equals("/")
                && !Scope.vendorOf(product.tenant()).equals(Scope.vendorOf(tenant))) {
            throw Rejected.invalid("tenant", "must belong to the product's vendor");
        }
        Batch batch = BatchStore.insert(c, request, tenant, now);
        String gateway = GatewayStore.defaultFor(c, tenant);
        if (request.serials() != null) {
            given(c, batch, gateway, now, request.serials());
        } else {
            made(c, batch, gateway, now);
        }
        Deeds.add(
                c,
                call,
                now,
                tenant,
                "batch.submit",
                "batch:" + batch.id(),
                request.amount() + " devices of product " + request.productId());
        return batch;
    }

    static ProductRow product(SqlConnection c, long id) {
        try {
            return ProductStore.get(c, id);
        } catch (Rejected e) {
            throw Rejected.invalid("product_id", "does not exist");
        }
    }

    /** A vendor's devices of a platform's product are the vendor's. */
    private static String owner(Call call, ProductRow product) {
        return call.scope().covers(product.tenant()) ? product.tenant() : call.scope().path();
    }

    private void given(
            SqlConnection c,
            Batch batch,
            @Nullable String gateway,
            Instant now,
            List<String> serials) {
        Set<String> made = insert(c, batch, gateway, now, serials);
        List<FieldError> taken = new ArrayList<>();
        for (int i = 0; i < serials.size(); i++) {
            if (!made.contains(serials.get(i))) {
                taken.add(new FieldError("serials[" + i + "]", "is registered already"));
            }
        }
        if (!taken.isEmpty()) {
            throw new Rejected(CommonError.INVALID, "serials are registered already", taken);
        }
    }

    private void made(SqlConnection c, Batch batch, @Nullable String gateway, Instant now) {
        int missing = batch.amount();
        while (missing > 0) {
            Set<String> ids = new HashSet<>();
            while (ids.size() < missing) {
                ids.add(serials.next(batch.tenant()));
            }
            missing -= insert(c, batch, gateway, now, List.copyOf(ids)).size();
        }
    }

    private Set<String> insert(
            SqlConnection c, Batch batch, @Nullable String gateway, Instant now, List<String> ids) {
        List<Buffer> secrets = new ArrayList<>(ids.size());
        for (String id : ids) {
            secrets.add(box.seal(id, box.newSecret()));
        }
        return BatchStore.insertDevices(c, batch, gateway, now, ids, secrets);
    }

    private static void checkSerials(SubmitBatch request) {
        List<String> serials = request.serials();
        if (serials == null) {
            return;
        }
        if (serials.size() != request.amount()) {
            throw Rejected.invalid("serials", "must be as many as amount");
        }
        List<FieldError> faults = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < serials.size(); i++) {
            if (!SERIAL.matcher(serials.get(i)).matches()) {
                faults.add(
                        new FieldError(
                                "serials[" + i + "]",
                                "must be 4 to 32 letters, digits, _, . or -"));
            } else if (!seen.add(serials.get(i))) {
                faults.add(new FieldError("serials[" + i + "]", "occurs twice"));
            }
        }
        if (!faults.isEmpty()) {
            throw new Rejected(CommonError.INVALID, "serials are not right", faults);
        }
    }
}
