package io.weir.cloud.twin;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.twin.TwinOps.FindTagged;
import io.weir.api.twin.TwinOps.Tag;
import io.weir.api.twin.TwinOps.Tagged;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.sql.Paged;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** SQL of tags. */
final class TagStore {
    private static final String ALL =
            "SELECT key, value FROM twin.tag WHERE device_id = $1 AND tenant = $2 ORDER BY key";
    private static final String PUT =
            """
            INSERT INTO twin.tag (device_id, tenant, key, value)
            SELECT $1, $2, t.key, t.value FROM unnest($3::text[], $4::text[]) AS t(key, value)
            ON CONFLICT (device_id, tenant, key) DO UPDATE SET value = excluded.value
            """;
    private static final String DROP =
            "DELETE FROM twin.tag WHERE device_id = $1 AND tenant = $2 AND key = ANY ($3::text[])";

    /** Writers of one device's tags take turns, so that its limit holds. */
    private static final String TURN =
            "SELECT pg_advisory_xact_lock(hashtext('twin.tag'), hashtext($1))";

    private static final String TAGGED =
            "FROM twin.tag WHERE starts_with(tenant, $1) AND key = $2 AND ($3::text IS NULL OR"
                    + " value = $3)";
    private static final String FIND =
            "SELECT device_id, value " + TAGGED + " ORDER BY device_id, tenant LIMIT $4 OFFSET $5";
    private static final String COUNT = "SELECT count(*) " + TAGGED;

    private TagStore() {}

    static List<Tag> all(SqlConnection c, Own own) {
        List<Tag> tags = new ArrayList<>();
        c.preparedQuery(ALL)
                .execute(Tuple.of(own.deviceId(), own.tenant()))
                .await()
                .forEach(row -> tags.add(new Tag(row.getString(0), row.getString(1))));
        return tags;
    }

    static void turn(SqlConnection c, Own own) {
        c.preparedQuery(TURN).execute(Tuple.of(own.deviceId())).await();
    }

    /**
     * @param tags no key twice
     */
    static void put(SqlConnection c, Own own, List<Tag> tags) {
        String[] keys = tags.stream().map(Tag::key).toArray(String[]::new);
        String[] values = tags.stream().map(Tag::value).toArray(String[]::new);
        c.preparedQuery(PUT).execute(Tuple.of(own.deviceId(), own.tenant(), keys, values)).await();
    }

    /** How many there were. */
    static int drop(SqlConnection c, Own own, List<String> keys) {
        Tuple args = Tuple.of(own.deviceId(), own.tenant(), keys.toArray(String[]::new));
        return c.preparedQuery(DROP).execute(args).await().rowCount();
    }

    static Page<Tagged> find(SqlConnection c, Scope scope, FindTagged q) {
        Tuple filter = Tuple.from(Arrays.asList(scope.path(), q.key(), q.value()));
        return Paged.read(
                c,
                COUNT,
                FIND,
                filter,
                q.limit(),
                q.offset(),
                row -> new Tagged(row.getString(0), row.getString(1)));
    }
}
