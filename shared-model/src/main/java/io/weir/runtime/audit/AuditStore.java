package io.weir.runtime.audit;

import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.runtime.bus.Call;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * Adds to the audit log. Entries are never changed nor deleted; the audit context links them into a
 * chain of hashes soon after (ADR 017).
 */
public final class AuditStore {
    private static final String INSERT =
            """
            WITH added AS (
                INSERT INTO audit.entry
                    (tenant, at, actor, role, scope, action, target, before, after, request_id)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id)
            INSERT INTO audit.pending (entry_id) SELECT id FROM added
            """;

    private AuditStore() {}

    /**
     * In the transaction of the deed: both happen, or neither.
     *
     * @param tenant path of whom it was done to: who sees that, sees the entry
     * @param action {@code context.noun.verb}, e.g. {@code members.profile.change}
     * @param target what it was done to, e.g. {@code member:DEMO000000000000000A}
     * @param before as it was, null when it was not; what is named like a secret is struck out
     * @param after as it is now, null when it is no more
     */
    public static void add(
            SqlConnection tx,
            Call call,
            Instant now,
            String tenant,
            String action,
            String target,
            @Nullable Object before,
            @Nullable Object after) {
        tx.preparedQuery(INSERT)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        tenant,
                                        now.atOffset(ZoneOffset.UTC),
                                        call.actor().uid(),
                                        call.actor().role().name(),
                                        call.scope().path(),
                                        action,
                                        target,
                                        Masked.of(before),
                                        Masked.of(after),
                                        call.requestId())))
                .await();
    }
}
