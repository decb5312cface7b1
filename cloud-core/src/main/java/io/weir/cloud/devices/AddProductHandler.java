package io.weir.cloud.devices;

import io.vertx.pgclient.PgException;
import io.weir.api.devices.ProductOps.AddProduct;
import io.weir.api.devices.ProductOps.Product;
import io.weir.api.devices.ProductOps.Registration;
import io.weir.cloud.devices.ProductStore.ProductRow;
import io.weir.cloud.seal.SecretBox;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.ThingModel;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.thing.ThingModelReader;
import io.weir.runtime.thing.ThingModelWriter;
import io.weir.runtime.time.Time;

import java.time.Instant;
import java.util.List;

/** OMS 3.2: the caller gives key and secret. */
final class AddProductHandler {
    private final Tx tx;
    private final SecretBox box;
    private final Tenants tenants;
    private final Time time;

    AddProductHandler(Tx tx, SecretBox box, Tenants tenants, Time time) {
        this.tx = tx;
        this.box = box;
        this.tenants = tenants;
        this.time = time;
    }

    Product handle(Call call, AddProduct request) {
        ThingModel model =
                ThingModelReader.read(Json.MAPPER.valueToTree(request.thingModel()), "thing_model");
        List<String> controlled =
                ProductRules.controlled(request.controlled(), request.flowmeter(), model);
        ProductRules.check(controlled, request.flowmeter(), model);
        String tenant =
                request.tenant() == null
                        ? call.scope().path()
                        : tenants.checked(call, request.tenant());
        Instant now = time.now();
        var product =
                new ProductRow(
                        0,
                        tenant,
                        request.name(),
                        request.code(),
                        request.productKey(),
                        ThingModelWriter.tsl(model, request.productKey()),
                        1,
                        controlled,
                        request.flowmeter(),
                        Boolean.TRUE.equals(request.requireTls()),
                        Registration.OFF,
                        true,
                        now,
                        now);
        var secret = box.seal(owner(request.productKey()), request.productSecret());
        try {
            return tx.run(
                            call.scope(),
                            c -> {
                                ProductRow added = ProductStore.insert(c, product, secret);
                                ProductStore.keepModel(c, added, call.actor().uid());
                                String target = "product:" + added.id();
                                Deeds.add(
                                        c, call, now, tenant, "product.add", target, added.name());
                                return added;
                            })
                    .view(true);
        } catch (PgException e) {
            if ("product_key_once".equals(e.getConstraint())) {
                throw Rejected.invalid("product_key", "is taken");
            }
            throw e;
        }
    }

    /** The name that a product's secret is sealed for. */
    static String owner(String productKey) {
        return "product:" + productKey;
    }
}
