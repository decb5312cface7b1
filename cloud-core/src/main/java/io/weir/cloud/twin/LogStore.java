package io.weir.cloud.twin;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.twin.TwinOps.ListDeviceLogs;
import io.weir.api.twin.TwinOps.LogLine;
import io.weir.model.Page;
import io.weir.runtime.sql.Paged;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** SQL of device logs. */
final class LogStore {
    private static final String SWITCHED =
            "SELECT enabled FROM twin.log_switch WHERE device_id = $1 AND tenant = $2";
    private static final String SWITCH =
            """
            INSERT INTO twin.log_switch (device_id, tenant, enabled) VALUES ($1, $2, $3)
            ON CONFLICT (device_id, tenant) DO UPDATE SET enabled = excluded.enabled
            """;
    private static final String ADD =
            """
            INSERT INTO twin.device_log (device_id, tenant, at, told_at, level, module, code, trace, content)
            SELECT l.device_id, l.tenant, l.at, l.told_at, l.level, l.module, l.code, l.trace, l.content
            FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
                        $8::text[], $9::text[])
              AS l(device_id, tenant, at, told_at, level, module, code, trace, content)
            """;
    private static final String LINES =
            """
             FROM twin.device_log WHERE device_id = $1 AND tenant = $2 AND ($3::text IS NULL OR level = $3)
                AND ($4::text IS NULL OR module = $4)
            """;
    private static final String LIST =
            "SELECT at, told_at, level, module, code, trace, content"
                    + LINES
                    + " ORDER BY id DESC LIMIT $5 OFFSET $6";
    private static final String COUNT = "SELECT count(*)" + LINES;
    private static final String SWEEP =
            """
            DELETE FROM twin.device_log WHERE id IN (SELECT id FROM twin.device_log WHERE at < $1 LIMIT $2)
            """;

    private LogStore() {}

    record Line(Own own, LogLine line) {}

    static boolean switched(SqlConnection c, Own own) {
        for (Row row :
                c.preparedQuery(SWITCHED).execute(Tuple.of(own.deviceId(), own.tenant())).await()) {
            return row.getBoolean(0);
        }
        return false;
    }

    static void set(SqlConnection c, Own own, boolean enabled) {
        c.preparedQuery(SWITCH).execute(Tuple.of(own.deviceId(), own.tenant(), enabled)).await();
    }

    static void add(SqlConnection c, List<Line> lines) {
        Tuple columns =
                Tuple.tuple()
                        .addValue(texts(lines, l -> l.own().deviceId()))
                        .addValue(texts(lines, l -> l.own().tenant()))
                        .addValue(
                                lines.stream()
                                        .map(l -> l.line().at().atOffset(ZoneOffset.UTC))
                                        .toArray(OffsetDateTime[]::new))
                        .addValue(texts(lines, l -> l.line().toldAt()))
                        .addValue(texts(lines, l -> l.line().level()))
                        .addValue(texts(lines, l -> l.line().module()))
                        .addValue(texts(lines, l -> l.line().code()))
                        .addValue(texts(lines, l -> l.line().trace()))
                        .addValue(texts(lines, l -> l.line().content()));
        c.preparedQuery(ADD).execute(columns).await();
    }

    static Page<LogLine> list(SqlConnection c, Own own, ListDeviceLogs q) {
        Tuple filter =
                Tuple.from(Arrays.asList(own.deviceId(), own.tenant(), q.level(), q.module()));
        return Paged.read(c, COUNT, LIST, filter, q.limit(), q.offset(), LogStore::line);
    }

    /** How many went; as many as the limit means that there are more. */
    static int sweep(SqlConnection c, Instant before, int limit) {
        Tuple args = Tuple.of(before.atOffset(ZoneOffset.UTC), limit);
        return c.preparedQuery(SWEEP).execute(args).await().rowCount();
    }

    private static LogLine line(Row row) {
        return new LogLine(
                row.getOffsetDateTime("at").toInstant(),
                row.getString("told_at"),
                row.getString("level"),
                row.getString("module"),
                row.getString("code"),
                row.getString("trace"),
                row.getString("content"));
    }

    private static String[] texts(List<Line> lines, Function<Line, String> column) {
        return lines.stream().map(column).toArray(String[]::new);
    }
}
