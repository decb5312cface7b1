package io.weir.cloud.devices;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.BatchOps.Batch;
import io.weir.cloud.seal.SecretBox;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes devices with their credentials, in the transaction of whoever asks. They belong to a
 * gateway at once, so that one that connects too early is refused as NOT_CONFIRMED rather than as
 * unknown.
 */
final class Maker {
    private final SecretBox box;
    private final Serials serials = new Serials();

    Maker(SecretBox box) {
        this.box = box;
    }

    /** So many, numbered here. */
    void make(SqlConnection c, Batch batch, int amount, Instant now) {
        String gateway = GatewayStore.defaultFor(c, batch.tenant());
        int missing = amount;
        while (missing > 0) {
            Set<String> ids = new HashSet<>();
            while (ids.size() < missing) {
                ids.add(serials.next(batch.tenant()));
            }
            missing -= insert(c, batch, gateway, List.copyOf(ids), now).size();
        }
    }

    /** Under given numbers; answers those that were free. */
    Set<String> make(SqlConnection c, Batch batch, List<String> ids, Instant now) {
        return insert(c, batch, GatewayStore.defaultFor(c, batch.tenant()), ids, now);
    }

    private Set<String> insert(
            SqlConnection c, Batch batch, @Nullable String gateway, List<String> ids, Instant now) {
        List<Buffer> secrets = new ArrayList<>(ids.size());
        for (String id : ids) {
            secrets.add(box.seal(id, box.newSecret()));
        }
        return BatchStore.insertDevices(c, batch, gateway, now, ids, secrets);
    }
}
