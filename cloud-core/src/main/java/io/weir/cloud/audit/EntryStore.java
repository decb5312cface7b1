package io.weir.cloud.audit;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.audit.AuditOps.Entry;
import io.weir.api.audit.AuditOps.ListEntries;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;

/** SQL by which staff read the log. */
final class EntryStore {
    private static final String FILTER =
            """
            WHERE e.tenant ~>=~ $1::text AND e.tenant ~<~ (left($1::text, -1) || '0') AND ($2::text IS NULL OR e.actor = $2)
                AND ($3::text IS NULL OR starts_with(e.action, $3))
                AND ($4::text IS NULL OR e.target = $4)
                AND ($5::timestamptz IS NULL OR e.at >= $5)
                AND ($6::timestamptz IS NULL OR e.at < $6)
            """;
    private static final String COUNT = "SELECT count(*) FROM audit.entry e " + FILTER;
    private static final String LIST =
            """
            SELECT e.*, l.seq, l.hash FROM audit.entry e LEFT JOIN audit.link l ON l.entry_id = e.id
            """
                    + FILTER
                    + "ORDER BY e.id DESC LIMIT $7 OFFSET $8";

    private EntryStore() {}

    static Page<Entry> list(SqlConnection c, Scope scope, ListEntries q) {
        return Paged.read(
                c,
                COUNT,
                LIST,
                Tuple.from(
                        Arrays.asList(
                                scope.path(),
                                q.actor(),
                                q.action(),
                                q.target(),
                                time(q.from()),
                                time(q.to()))),
                q.limit(),
                q.offset(),
                EntryStore::entry);
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }

    private static Entry entry(Row row) {
        Buffer hash = row.getBuffer("hash");
        return new Entry(
                row.getLong("id"),
                row.getOffsetDateTime("at").toInstant(),
                row.getString("tenant"),
                row.getString("actor"),
                row.getString("role"),
                row.getString("scope"),
                row.getString("action"),
                row.getString("target"),
                json(row.getString("before")),
                json(row.getString("after")),
                row.getString("request_id"),
                row.getLong("seq"),
                hash == null ? null : HexFormat.of().formatHex(hash.getBytes()));
    }

    private static @Nullable Object json(@Nullable String text) {
        return text == null ? null : Json.tree(text);
    }
}
