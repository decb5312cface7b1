package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.dispense.OperationsOps.GetUsage;
import io.weir.api.dispense.OperationsOps.Span;
import io.weir.api.dispense.OperationsOps.Usage;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Sums of what flowed. */
final class UsageStore {
    /** By when it was ordered, which never changes: a late end moves nothing to another month. */
    private static final String USAGE =
            """
            SELECT count(d.ml), coalesce(sum(d.ml), 0)::bigint, coalesce(sum(d.seconds_run), 0)::bigint
            FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS span (first, after, n)
            LEFT JOIN LATERAL (
                SELECT coalesce(end_ml, settled_ml) AS ml, seconds_run FROM dispense.dispense
                WHERE device_id = $1 AND created_at >= span.first AND created_at < span.after AND tenant = $4
                  AND ($5::text IS NULL OR member = $5) AND coalesce(end_ml, settled_ml) > 0) d ON true
            GROUP BY span.n ORDER BY span.n
            """;

    List<Usage> of(SqlConnection tx, GetUsage ask) {
        Tuple values =
                Tuple.from(
                        Arrays.asList(
                                ask.deviceId(),
                                times(ask.spans(), Span::from),
                                times(ask.spans(), Span::to),
                                ask.tenant(),
                                ask.member()));
        List<Usage> usages = new ArrayList<>();
        for (Row row : tx.preparedQuery(USAGE).execute(values).await()) {
            usages.add(new Usage(row.getLong(0), row.getLong(1), row.getLong(2)));
        }
        return usages;
    }

    private static OffsetDateTime[] times(List<Span> spans, Function<Span, Instant> end) {
        return spans.stream()
                .map(s -> end.apply(s).atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }
}
