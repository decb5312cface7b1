package io.weir.cloud.devices;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DeviceOps.Exposed;
import io.weir.api.devices.DeviceOps.ListExposed;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.ChangesSince;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.devices.DevicesApi.Epochs;
import io.weir.api.devices.DevicesApi.Lookup;
import io.weir.api.devices.DevicesApi.ProductGrant;
import io.weir.api.devices.DevicesApi.ProductScript;
import io.weir.api.devices.DevicesApi.TakeEpochs;
import io.weir.cloud.seal.SecretBox;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What gateways ask (what changed, who is this, fresh epochs), and what they may know. */
final class GatewayHandlers {
    private final Tx tx;
    private final GatewayStore gateways;
    private final SecretBox box;
    private final Time time;
    private final DevicesConfig config;

    GatewayHandlers(Tx tx, GatewayStore gateways, SecretBox box, Time time, DevicesConfig config) {
        this.tx = tx;
        this.gateways = gateways;
        this.box = box;
        this.time = time;
        this.config = config;
    }

    /**
     * A gateway ahead of its counter has seen another database (one restored from a backup, say):
     * it gets everything anew. One that asks for the first time is one that devices may be assigned
     * to from now on.
     */
    Changes changes(Call call, ChangesSince request) {
        String gateway = request.gateway();
        if (request.since() == 0) {
            gateways.ensure(gateway, time.now());
        }
        int limit = Math.clamp(request.limit(), 1, config.maxChanges());
        return tx.system(
                c -> {
                    long counter = ChangeStore.counter(c, gateway);
                    long since = request.since() > counter ? 0 : request.since();
                    RowSet<Row> rows = ChangeStore.page(c, gateway, since, limit);
                    long version = since;
                    List<DeviceGrant> devices = new ArrayList<>();
                    Set<Long> products = new TreeSet<>();
                    for (Row row : rows) {
                        version = row.getLong("version");
                        if (row.getString("kind").equals("device")) {
                            devices.add(device(row, gateway));
                        }
                        products.add(row.getLong("product_id"));
                    }
                    return new Changes(
                            version, rows.size() == limit, devices, products(c, products));
                });
    }

    /** The version is read before the device: what it is as of is never told too late. */
    Changes lookup(Call call, Lookup request) {
        if (!request.gateway().matches("[A-Za-z0-9_.-]{1,64}")) {
            throw Rejected.invalid("gateway", "must be 1 to 64 letters, digits, dots or dashes");
        }
        return tx.system(
                c -> {
                    long asOf = ChangeStore.counter(c, request.gateway());
                    for (Row row :
                            ChangeStore.lookup(
                                    c,
                                    request.productKey(),
                                    request.deviceName(),
                                    request.gateway())) {
                        var products = Set.of(row.getLong("product_id"));
                        return new Changes(
                                asOf,
                                false,
                                List.of(device(row, request.gateway())),
                                products(c, products));
                    }
                    throw Rejected.notFound(
                            "device " + request.deviceName() + " at " + request.gateway());
                });
    }

    Epochs epochs(Call call, TakeEpochs request) {
        if (request.count() < 1 || request.count() > DevicesApi.EPOCHS_AT_ONCE) {
            throw Rejected.invalid("count", "must be from 1 to " + DevicesApi.EPOCHS_AT_ONCE);
        }
        return new Epochs(gateways.takeEpochs(request.count()));
    }

    Page<Exposed> exposed(Call call, ListExposed ask) {
        return tx.run(
                call.scope(),
                c ->
                        GatewayStore.exposed(
                                c, call.scope(), ask.gateway(), ask.limit(), ask.offset()));
    }

    private DeviceGrant device(Row row, String gateway) {
        String id = row.getString("device_id");
        boolean here = gateway.equals(row.getString("gateway_id"));
        String refusal = here ? refusal(row) : "REMOVED";
        return new DeviceGrant(
                id,
                row.getString("product_key"),
                row.getString("device_name"),
                here ? row.getString("tenant") : null,
                here ? box.open(id, row.getBuffer("device_secret")) : "",
                refusal == null,
                refusal,
                here ? row.getString("token_hash") : null,
                here ? row.getString("parent") : null);
    }

    private static @Nullable String refusal(Row row) {
        if (!row.getBoolean("confirmed")) {
            return "NOT_CONFIRMED";
        }
        if (!row.getBoolean("enabled")) {
            return "DISABLED";
        }
        return row.getBoolean("product_enabled") ? null : "PRODUCT_DISABLED";
    }

    private static List<ProductGrant> products(SqlConnection c, Set<Long> ids) {
        List<ProductGrant> products = new ArrayList<>();
        for (Row row : ChangeStore.products(c, ids.toArray(Long[]::new))) {
            products.add(
                    new ProductGrant(
                            row.getString("product_key"),
                            row.getString("tsl"),
                            List.of(row.getArrayOfStrings("controlled")),
                            row.getBoolean("enabled"),
                            row.getBoolean("require_tls"),
                            script(row),
                            TopicStore.read(row)));
        }
        return products;
    }

    private static @Nullable ProductScript script(Row row) {
        Integer version = row.getInteger("script_version");
        return version == null
                ? null
                : new ProductScript(version, row.getString("source"), row.getBoolean("raw"));
    }
}
