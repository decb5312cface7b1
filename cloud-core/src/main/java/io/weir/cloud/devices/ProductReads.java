package io.weir.cloud.devices;

import io.weir.api.devices.ProductOps.GetProduct;
import io.weir.api.devices.ProductOps.ListModels;
import io.weir.api.devices.ProductOps.ListProducts;
import io.weir.api.devices.ProductOps.ModelVersion;
import io.weir.api.devices.ProductOps.Product;
import io.weir.model.Page;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/** OMS 3.1, 3.4. */
final class ProductReads {
    private final Tx tx;

    ProductReads(Tx tx) {
        this.tx = tx;
    }

    Product detail(Call call, GetProduct request) {
        return tx.run(call.scope(), c -> ProductStore.get(c, request.id())).view(true);
    }

    /** Within the scope, or above it, as the product itself. */
    Page<ModelVersion> models(Call call, ListModels request) {
        return tx.run(
                call.scope(),
                c -> {
                    ProductStore.get(c, request.id());
                    return ProductStore.models(c, request);
                });
    }

    Page<Product> list(Call call, ListProducts request) {
        return tx.run(call.scope(), c -> ProductStore.list(c, call.scope(), request));
    }
}
