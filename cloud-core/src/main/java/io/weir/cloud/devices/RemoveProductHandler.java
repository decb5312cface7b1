package io.weir.cloud.devices;

import io.weir.api.Done;
import io.weir.api.devices.ProductOps.GetProduct;
import io.weir.cloud.devices.ProductStore.ProductRow;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/**
 * OMS 3.5. Only what nothing was ever made of, or whose devices are all deregistered; its row stays
 * so that its key is never given again.
 */
final class RemoveProductHandler {
    private final Tx tx;
    private final Announcer announcer;
    private final Time time;

    RemoveProductHandler(Tx tx, Announcer announcer, Time time) {
        this.tx = tx;
        this.announcer = announcer;
        this.time = time;
    }

    Done handle(Call call, GetProduct q) {
        long version =
                tx.run(
                        call.scope(),
                        c -> {
                            ChangeStore.lockProduct(c, q.id());
                            ProductRow product = ProductStore.lock(c, q.id());
                            if (ProductStore.hasDevices(c, q.id())) {
                                throw new Rejected(
                                        DevicesError.PRODUCT_IN_USE,
                                        "deregister its devices, or remove their batches, first");
                            }
                            ProductStore.remove(c, q.id(), time.now());
                            Deeds.add(
                                    c,
                                    call,
                                    time.now(),
                                    product.tenant(),
                                    "product.remove",
                                    "product:" + q.id(),
                                    product.name());
                            return ChangeStore.product(c, q.id(), product.tenant(), false);
                        });
        announcer.announce(version);
        return Done.DONE;
    }
}
