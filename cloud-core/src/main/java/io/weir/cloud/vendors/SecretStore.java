package io.weir.cloud.vendors;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** SQL of sealed secrets. As the system: weir_app can't read them. */
final class SecretStore {
    private static final String SET =
            """
            INSERT INTO vendors.secret (vid, name, key_id, sealed) VALUES ($1, $2, $3, $4)
            ON CONFLICT (vid, name) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed
            """;
    private static final String KNOWN_MP =
            "UPDATE vendors.tenant SET mp_secret_set = $2 WHERE id = $1";
    private static final String KNOWN_MCH =
            "UPDATE vendors.tenant SET mch_secret_set = $2 WHERE id = $1";
    private static final String DROP = "DELETE FROM vendors.secret WHERE vid = $1 AND name = $2";
    private static final String GET = "SELECT * FROM vendors.secret WHERE vid = $1 AND name = $2";
    private static final String OLD =
            "SELECT * FROM vendors.secret WHERE key_id <> $1 LIMIT $2 FOR UPDATE SKIP LOCKED";

    /**
     * @param name mp_secret or mch_secret
     */
    record Sealed(String vid, String name, String keyId, Buffer sealed) {}

    private SecretStore() {}

    static void set(SqlConnection c, Sealed s) {
        c.preparedQuery(SET).execute(Tuple.of(s.vid(), s.name(), s.keyId(), s.sealed())).await();
    }

    /** Whether there is one, for those who may not see it. */
    static void known(SqlConnection c, String vid, String name, boolean there) {
        String sql = name.equals("mp_secret") ? KNOWN_MP : KNOWN_MCH;
        c.preparedQuery(sql).execute(Tuple.of(vid, there)).await();
    }

    static void drop(SqlConnection c, String vid, String name) {
        c.preparedQuery(DROP).execute(Tuple.of(vid, name)).await();
    }

    static @Nullable Sealed get(SqlConnection c, String vid, String name) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(vid, name)).await()) {
            return sealed(row);
        }
        return null;
    }

    /** Sealed under another key, locked. */
    static List<Sealed> old(SqlConnection c, String keyId, int limit) {
        List<Sealed> old = new ArrayList<>();
        c.preparedQuery(OLD)
                .execute(Tuple.of(keyId, limit))
                .await()
                .forEach(row -> old.add(sealed(row)));
        return old;
    }

    private static Sealed sealed(Row row) {
        return new Sealed(
                row.getString("vid"),
                row.getString("name"),
                row.getString("key_id"),
                row.getBuffer("sealed"));
    }
}
