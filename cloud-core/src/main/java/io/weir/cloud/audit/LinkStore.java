package io.weir.cloud.audit;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SQL of the chains. As the system: a chain is of all tenants below a vendor. */
final class LinkStore {
    private static final String LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('audit'))";
    private static final String FIELDS =
            "e.id, e.at, e.tenant, e.actor, e.role, e.scope, e.action, e.target, e.before, e.after,"
                    + " e.request_id";
    private static final String FRESH =
            "SELECT "
                    + FIELDS
                    + " FROM audit.pending p JOIN audit.entry e ON e.id = p.entry_id"
                    + " ORDER BY p.entry_id LIMIT $1";
    private static final String HEADS =
            """
            SELECT c.tenant, l.seq, l.hash FROM unnest($1::text[]) AS c(tenant), LATERAL (
                SELECT seq, hash FROM audit.link WHERE tenant = c.tenant ORDER BY seq DESC LIMIT 1) l
            """;
    private static final String ADD =
            """
            INSERT INTO audit.link (tenant, seq, entry_id, hash)
            SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[])
            """;
    private static final String DONE = "DELETE FROM audit.pending WHERE entry_id = ANY($1)";
    private static final String OF_CHAIN =
            "SELECT l.seq, l.hash, l.entry_id, "
                    + FIELDS
                    + " FROM audit.link l LEFT JOIN audit.entry e ON e.id = l.entry_id"
                    + " WHERE l.tenant = $1 AND l.seq > $2 ORDER BY l.seq LIMIT $3";

    private LinkStore() {}

    /** The end of a chain. */
    record Head(long seq, byte[] hash) {}

    record Link(String chain, long seq, long entryId, byte[] hash) {}

    /**
     * @param entry null when it is gone
     */
    record Linked(long seq, byte[] hash, @Nullable Kept entry) {}

    /** One node links at a time. */
    static boolean locked(SqlConnection c) {
        return c.query(LOCK).execute().await().iterator().next().getBoolean(0);
    }

    static List<Kept> fresh(SqlConnection c, int most) {
        List<Kept> fresh = new ArrayList<>();
        c.preparedQuery(FRESH).execute(Tuple.of(most)).await().forEach(row -> fresh.add(kept(row)));
        return fresh;
    }

    static Map<String, Head> heads(SqlConnection c, Collection<String> chains) {
        Map<String, Head> heads = new HashMap<>();
        for (Row row :
                c.preparedQuery(HEADS).execute(Tuple.of(chains.toArray(String[]::new))).await()) {
            heads.put(
                    row.getString("tenant"),
                    new Head(row.getLong("seq"), row.getBuffer("hash").getBytes()));
        }
        return heads;
    }

    static void add(SqlConnection c, List<Link> links) {
        Long[] entries = links.stream().map(Link::entryId).toArray(Long[]::new);
        c.preparedQuery(ADD)
                .execute(
                        Tuple.of(
                                links.stream().map(Link::chain).toArray(String[]::new),
                                links.stream().map(Link::seq).toArray(Long[]::new),
                                entries,
                                links.stream()
                                        .map(l -> Buffer.buffer(l.hash()))
                                        .toArray(Buffer[]::new)))
                .await();
        c.preparedQuery(DONE).execute(Tuple.of(entries)).await();
    }

    static List<Linked> ofChain(SqlConnection c, String chain, long after, int most) {
        List<Linked> linked = new ArrayList<>();
        for (Row row : c.preparedQuery(OF_CHAIN).execute(Tuple.of(chain, after, most)).await()) {
            linked.add(
                    new Linked(
                            row.getLong("seq"),
                            row.getBuffer("hash").getBytes(),
                            row.getLong("id") == null ? null : kept(row)));
        }
        return linked;
    }

    private static Kept kept(Row row) {
        OffsetDateTime at = row.getOffsetDateTime("at");
        return new Kept(
                row.getLong("id"),
                at.toInstant(),
                row.getString("tenant"),
                row.getString("actor"),
                row.getString("role"),
                row.getString("scope"),
                row.getString("action"),
                row.getString("target"),
                row.getString("before"),
                row.getString("after"),
                row.getString("request_id"));
    }
}
