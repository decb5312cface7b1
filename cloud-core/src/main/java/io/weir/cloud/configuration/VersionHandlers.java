package io.weir.cloud.configuration;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.configuration.ConfigurationOps.AddVersion;
import io.weir.api.configuration.ConfigurationOps.Configuration;
import io.weir.api.configuration.ConfigurationOps.GetVersion;
import io.weir.api.configuration.ConfigurationOps.ListOfProduct;
import io.weir.api.configuration.ConfigurationOps.OfProduct;
import io.weir.api.configuration.ConfigurationOps.Switch;
import io.weir.api.configuration.ConfigurationOps.Version;
import io.weir.api.devices.ProductOps.Product;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

/** The switch of a product and the versions of its document. */
final class VersionHandlers {
    private final Tx tx;
    private final Time time;
    private final Products products;
    private final ConfigurationConfig config;

    VersionHandlers(Tx tx, Time time, Products products, ConfigurationConfig config) {
        this.tx = tx;
        this.time = time;
        this.products = products;
        this.config = config;
    }

    Configuration get(Call call, OfProduct q) {
        Product product = products.own(call, q.productId());
        return tx.run(call.scope(), c -> ConfigurationStore.get(c, product.id()));
    }

    Configuration turn(Call call, Switch q) {
        Product product = products.own(call, q.productId());
        return tx.run(
                call.scope(),
                c -> {
                    Configuration before = ConfigurationStore.lock(c, product, time.now());
                    ConfigurationStore.turn(c, product.id(), q.enabled(), time.now());
                    Configuration after = ConfigurationStore.get(c, product.id());
                    audit(c, call, product, "configuration.switch", before, after);
                    return after;
                });
    }

    Version add(Call call, AddVersion q) {
        Document document = Document.of(q.document(), config.documentBytes());
        Product product = products.own(call, q.productId());
        return tx.run(
                call.scope(),
                c -> {
                    ConfigurationStore.lock(c, product, time.now());
                    int version =
                            ConfigurationStore.add(
                                    c, product, document, call.actor().uid(), time.now());
                    ConfigurationStore.forget(c, product.id(), config.versions());
                    Version added =
                            found(ConfigurationStore.version(c, product.id(), version), version);
                    audit(c, call, product, "configuration.version.add", null, added);
                    return added;
                });
    }

    Version version(Call call, GetVersion q) {
        Product product = products.own(call, q.productId());
        return tx.run(
                call.scope(),
                c -> found(ConfigurationStore.version(c, product.id(), q.version()), q.version()));
    }

    Page<Version> list(Call call, ListOfProduct q) {
        Product product = products.own(call, q.productId());
        return tx.run(
                call.scope(), c -> ConfigurationStore.list(c, product.id(), q.limit(), q.offset()));
    }

    /** An earlier version again is how one rolls back. */
    Configuration activate(Call call, GetVersion q) {
        Product product = products.own(call, q.productId());
        return tx.run(
                call.scope(),
                c -> {
                    Configuration before = ConfigurationStore.lock(c, product, time.now());
                    found(ConfigurationStore.version(c, product.id(), q.version()), q.version());
                    ConfigurationStore.activate(c, product.id(), q.version(), time.now());
                    PushStore.replace(c, product.id(), q.version(), time.now());
                    Configuration after = ConfigurationStore.get(c, product.id());
                    audit(c, call, product, "configuration.version.activate", before, after);
                    return after;
                });
    }

    private void audit(
            SqlConnection c,
            Call call,
            Product product,
            String action,
            @Nullable Object before,
            Object after) {
        String target = "product:" + product.id();
        AuditStore.add(c, call, time.now(), product.tenant(), action, target, before, after);
    }

    private static Version found(@Nullable Version version, int number) {
        if (version == null) {
            throw Rejected.notFound("version " + number + " of the configuration");
        }
        return version;
    }
}
