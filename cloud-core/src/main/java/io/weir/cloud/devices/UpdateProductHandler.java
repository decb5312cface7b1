package io.weir.cloud.devices;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.ProductOps.FlowMeter;
import io.weir.api.devices.ProductOps.Product;
import io.weir.api.devices.ProductOps.Status;
import io.weir.api.devices.ProductOps.UpdateProduct;
import io.weir.cloud.devices.ProductStore.ProductRow;
import io.weir.cloud.seal.SecretBox;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.ThingModel;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.thing.ThingModelReader;
import io.weir.runtime.thing.ThingModelWriter;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * OMS 3.3. Every gateway that serves devices of the product hears of it; disabling it reaches its
 * devices too.
 */
final class UpdateProductHandler {
    private static final int MOST_TOLD = 100;

    private final Tx tx;
    private final SecretBox box;
    private final Announcer announcer;
    private final Time time;

    UpdateProductHandler(Tx tx, SecretBox box, Announcer announcer, Time time) {
        this.tx = tx;
        this.box = box;
        this.announcer = announcer;
        this.time = time;
    }

    private record Updated(ProductRow row, long version) {}

    Product handle(Call call, UpdateProduct request) {
        Instant now = time.now();
        Updated updated =
                tx.run(
                        call.scope(),
                        c -> {
                            ChangeStore.lockProduct(c, request.id());
                            ProductRow before = ProductStore.lock(c, request.id());
                            ProductRow after = merged(before, request, now);
                            if (!Boolean.TRUE.equals(request.force())) {
                                checkModel(c, before, after);
                            }
                            ProductRow row = ProductStore.update(c, after, sealed(before, request));
                            if (row.tslVersion() != before.tslVersion()) {
                                ProductStore.keepModel(c, row, call.actor().uid());
                            }
                            Deeds.add(
                                    c,
                                    call,
                                    now,
                                    row.tenant(),
                                    "product.update",
                                    "product:" + row.id(),
                                    row.enabled() ? "enabled" : "disabled");
                            boolean flipped = before.enabled() != row.enabled();
                            return new Updated(
                                    row, ChangeStore.product(c, row.id(), row.tenant(), flipped));
                        });
        announcer.announce(updated.version());
        return updated.row().view(true);
    }

    /** Nobody is there whom a change could break while no device is. */
    private static void checkModel(SqlConnection c, ProductRow before, ProductRow after) {
        if (before.tsl().equals(after.tsl()) || !ProductStore.hasDevices(c, before.id())) {
            return;
        }
        List<FieldError> breaks =
                ModelChange.breaks(
                        ThingModelReader.read(before.tsl(), "thing_model"),
                        ThingModelReader.read(after.tsl(), "thing_model"));
        if (!breaks.isEmpty()) {
            throw new Rejected(
                    DevicesError.MODEL_BREAKS,
                    breaks.size()
                            + " changes break what devices know; send force: true if they are"
                            + " meant",
                    breaks.subList(0, Math.min(MOST_TOLD, breaks.size())));
        }
    }

    private static ProductRow merged(ProductRow before, UpdateProduct request, Instant now) {
        ThingModel model =
                request.thingModel() == null
                        ? ThingModelReader.read(before.tsl(), "thing_model")
                        : ThingModelReader.read(
                                Json.MAPPER.valueToTree(request.thingModel()), "thing_model");
        String tsl = ThingModelWriter.tsl(model, before.productKey());
        FlowMeter flowmeter = or(request.flowmeter(), before.flowmeter());
        List<String> kept =
                before.controlled().isEmpty() && before.flowmeter() == null
                        ? null
                        : before.controlled();
        List<String> controlled =
                ProductRules.controlled(or(request.controlled(), kept), flowmeter, model);
        ProductRules.check(controlled, flowmeter, model);
        return new ProductRow(
                before.id(),
                before.tenant(),
                request.name() == null ? before.name() : request.name(),
                request.code() == null ? before.code() : request.code(),
                before.productKey(),
                tsl,
                before.tslVersion() + (tsl.equals(before.tsl()) ? 0 : 1),
                controlled,
                flowmeter,
                request.requireTls() == null ? before.requireTls() : request.requireTls(),
                request.registration() == null ? before.registration() : request.registration(),
                request.status() == null ? before.enabled() : request.status() == Status.ENABLE,
                before.createdAt(),
                now);
    }

    private @Nullable Buffer sealed(ProductRow before, UpdateProduct request) {
        return request.productSecret() == null
                ? null
                : box.seal(AddProductHandler.owner(before.productKey()), request.productSecret());
    }

    private static <T> @Nullable T or(@Nullable T given, @Nullable T kept) {
        return given == null ? kept : given;
    }
}
