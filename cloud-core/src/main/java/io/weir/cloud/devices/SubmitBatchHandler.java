package io.weir.cloud.devices;

import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.api.devices.BatchOps.State;
import io.weir.api.devices.BatchOps.SubmitBatch;
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
import java.util.regex.Pattern;

/** OMS 2.5: makes devices with their credentials, of a large batch in the background. */
final class SubmitBatchHandler {
    /** Alink device names have 4 to 32 characters (facts: alink.md section 12). */
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{3,31}");

    private final Tx tx;
    private final Maker maker;
    private final Runnable wake;
    private final Tenants tenants;
    private final Time time;
    private final int maxBatch;

    /**
     * @param wake goes on with large batches
     */
    SubmitBatchHandler(
            Tx tx, Maker maker, Runnable wake, Tenants tenants, Time time, int maxBatch) {
        this.tx = tx;
        this.maker = maker;
        this.wake = wake;
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
            Batch batch = tx.run(call.scope(), c -> submit(c, call, request, asked, now));
            wake.run();
            return batch;
        } catch (PgException e) {
            if ("batch_no_once".equals(e.getConstraint())) {
                throw Rejected.invalid("batch_no", "is taken");
            }
            throw e;
        }
    }

    private Batch submit(
            SqlConnection c, Call call, SubmitBatch request, @Nullable String asked, Instant at) {
        ChangeStore.shareProduct(c, request.productId());
        ProductRow product = product(c, request.productId());
        String tenant = asked == null ? owner(call, product) : asked;
        if (!product.tenant().equals("/")
                && !Scope.vendorOf(product.tenant()).equals(Scope.vendorOf(tenant))) {
            throw Rejected.invalid("tenant", "must belong to the product's vendor");
        }
        boolean now = request.serials() != null || request.amount() <= Production.PIECE;
        Batch batch = BatchStore.insert(c, request, tenant, now ? State.READY : State.MAKING, at);
        if (request.serials() != null) {
            given(c, batch, at, request.serials());
        } else if (now) {
            maker.make(c, batch, request.amount(), at);
        }
        Deeds.add(
                c,
                call,
                at,
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

    private void given(SqlConnection c, Batch batch, Instant at, List<String> serials) {
        Set<String> made = maker.make(c, batch, serials, at);
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
