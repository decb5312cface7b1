package io.weir.cloud.configuration;

import io.weir.api.devices.ProductOps;
import io.weir.api.devices.ProductOps.GetProduct;
import io.weir.api.devices.ProductOps.Product;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

/** Products as the devices context tells of them. */
final class Products {
    private final Bus bus;

    Products(Bus bus) {
        this.bus = bus;
    }

    /** NOT_FOUND for a product that is above the caller: the platform's belongs to the platform. */
    Product own(Call call, long id) {
        Product product = bus.call(ProductOps.DETAIL, new GetProduct(id), call).await();
        if (!call.scope().covers(product.tenant())) {
            throw Rejected.notFound("product " + id);
        }
        return product;
    }
}
