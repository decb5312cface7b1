package io.weir.cloud.configuration;

import io.weir.api.configuration.ConfigurationOps.Configuration;
import io.weir.api.configuration.ConfigurationOps.ListOfProduct;
import io.weir.api.configuration.ConfigurationOps.ListTargets;
import io.weir.api.configuration.ConfigurationOps.Push;
import io.weir.api.configuration.ConfigurationOps.StartPush;
import io.weir.api.configuration.ConfigurationOps.Target;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DevicesOfProduct;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.devices.DevicesApi.ProductDevice;
import io.weir.api.devices.ProductOps.Product;
import io.weir.model.Page;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Starts pushes and shows how they go. */
final class PushHandlers {
    private static final int PAGE = 1_000;

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final Products products;
    private final ConfigurationConfig config;

    PushHandlers(Tx tx, Bus bus, Time time, Products products, ConfigurationConfig config) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.products = products;
        this.config = config;
    }

    /** Of the active version. */
    Push start(Call call, StartPush q) {
        Product product = products.own(call, q.productId());
        List<String> named = q.devices();
        Set<String> devices = named == null ? all(call, product) : checked(call, product, named);
        if (devices.isEmpty()) {
            throw Rejected.invalid("devices", "the product has no device");
        }
        String id = Letters.id();
        return tx.run(
                call.scope(),
                c -> {
                    Configuration now = ConfigurationStore.lock(c, product, time.now());
                    Integer version = now.activeVersion();
                    if (!now.enabled() || version == null) {
                        throw new Rejected(
                                CommonError.CONFLICT,
                                "the configuration must be switched on and have an active version");
                    }
                    if (PushStore.open(c, product.id()) >= config.pushesOpen()) {
                        throw new Rejected(
                                CommonError.CONFLICT,
                                "at most " + config.pushesOpen() + " pushes of a product are open");
                    }
                    PushStore.start(
                            c,
                            id,
                            product.id(),
                            version,
                            List.copyOf(devices),
                            call.actor().uid(),
                            time.now(),
                            time.now().plus(config.open()));
                    Push started = found(PushQueries.get(c, product.id(), id), id);
                    AuditStore.add(
                            c,
                            call,
                            time.now(),
                            product.tenant(),
                            "configuration.push.start",
                            "product:" + product.id(),
                            null,
                            started);
                    return started;
                });
    }

    /** A device that comes into the product meanwhile asks by itself. */
    private Set<String> all(Call call, Product product) {
        Set<String> ids = new TreeSet<>();
        for (String after = ""; ; ) {
            var next = new DevicesOfProduct(product.id(), after, PAGE);
            List<ProductDevice> devices = bus.call(DevicesApi.OF_PRODUCT, next, call).await();
            devices.forEach(device -> ids.add(device.deviceId()));
            bounded(ids);
            if (devices.size() < PAGE) {
                return ids;
            }
            after = devices.getLast().deviceId();
        }
    }

    private Set<String> checked(Call call, Product product, List<String> named) {
        Set<String> ids = new TreeSet<>(named);
        bounded(ids);
        var places = bus.call(DevicesApi.PLACES, new GetPlaces(List.copyOf(ids)), call).await();
        Set<String> fit = new TreeSet<>();
        for (Place place : places) {
            if (place.productKey().equals(product.productKey())
                    && call.scope().covers(place.tenant())) {
                fit.add(place.deviceId());
            }
        }
        for (String id : ids) {
            if (!fit.contains(id)) {
                throw Rejected.invalid("devices", id + " is no device of the product");
            }
        }
        return ids;
    }

    private void bounded(Collection<String> ids) {
        if (ids.size() > config.pushDevices()) {
            throw Rejected.invalid(
                    "devices", "a push has at most " + config.pushDevices() + " devices");
        }
    }

    Page<Push> list(Call call, ListOfProduct q) {
        Product product = products.own(call, q.productId());
        return tx.run(call.scope(), c -> PushQueries.list(c, product.id(), q.limit(), q.offset()));
    }

    Page<Target> targets(Call call, ListTargets q) {
        Product product = products.own(call, q.productId());
        return tx.run(
                call.scope(),
                c -> {
                    found(PushQueries.get(c, product.id(), q.pushId()), q.pushId());
                    return PushQueries.targets(c, q);
                });
    }

    private static Push found(@Nullable Push push, String id) {
        if (push == null) {
            throw Rejected.notFound("push " + id);
        }
        return push;
    }
}
