package io.weir.cloud.dispense;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.dispense.GrantOps.ListSlices;
import io.weir.api.dispense.GrantOps.SliceView;
import io.weir.api.dispense.GrantOps.Word;
import io.weir.model.Money;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.model.dispense.DispenseState;
import io.weir.model.fact.SliceFact;
import io.weir.runtime.crypto.Signer;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The reconciliation: slices beside the dispenses that they became. */
final class SliceQueries {
    private static final String FROM =
            """
             FROM dispense.slice s LEFT JOIN dispense.dispense d ON d.id = s.id
            WHERE starts_with(s.tenant, $1) AND ($2::text IS NULL OR s.member = $2)
            """;
    private static final String FILTER =
            """
              AND ($3::text IS NULL OR s.device_id = $3)
              AND ($4::text IS NULL OR s.gateway = $4)
              AND ($5::boolean IS NULL OR $5 = (s.state IN ('CREATED', 'HELD', 'SERVED', 'TAKEN', 'RELEASING')))
            """;
    private static final String COLUMNS =
            """
            SELECT s.id, s.grant_id, s.kind, s.start_by, s.expires_at, s.order_json::text AS order_json, s.state, s.hold, s.journal,
                   s.number, s.recalled, s.late, s.updated_at, d.state AS dispense_state, d.settled_ml,
                   d.charged_fen - d.corrected_fen AS charged, s.statement::text AS statement, s.statement_key, s.freed_by
            """;
    private static final String COUNT = "SELECT count(*)" + FROM + FILTER;
    private static final String PAGE =
            COLUMNS + FROM + FILTER + " ORDER BY s.created_at DESC, s.id DESC LIMIT $6 OFFSET $7";
    private static final String OF_GRANT =
            COLUMNS + FROM + " AND s.grant_id = $3 ORDER BY s.id DESC LIMIT 200";
    private static final String ONE = COLUMNS + FROM + " AND s.id = $3";

    /** Shows or hides a slice's code. */
    interface Codes {
        @Nullable String of(PaidSlice slice);
    }

    Page<SliceView> page(
            SqlConnection tx, Scope scope, ListSlices ask, Paging paging, Codes codes) {
        Tuple filter =
                Tuple.of(scope.path(), scope.member())
                        .addValue(ask.deviceId())
                        .addValue(ask.gateway())
                        .addValue(ask.open());
        return Paged.read(
                tx, COUNT, PAGE, filter, paging.limit(), paging.offset(), r -> view(r, codes));
    }

    /** Newest first, at most 200. */
    List<SliceView> ofGrant(SqlConnection tx, Scope scope, String grant, Codes codes) {
        List<SliceView> views = new ArrayList<>();
        tx.preparedQuery(OF_GRANT)
                .execute(Tuple.of(scope.path(), scope.member(), grant))
                .await()
                .forEach(row -> views.add(view(row, codes)));
        return views;
    }

    @Nullable SliceView one(SqlConnection tx, Scope scope, String id) {
        var found =
                tx.preparedQuery(ONE).execute(Tuple.of(scope.path(), scope.member(), id)).await();
        return found.size() == 0 ? null : view(found.iterator().next(), s -> null);
    }

    private static SliceView view(Row r, Codes codes) {
        PaidSlice s = SliceStore.slice(r);
        String told = r.getString("dispense_state");
        DispenseState dispense = told == null ? null : DispenseState.valueOf(told);
        Long fen = r.getLong("charged");
        boolean settled = dispense != null && !dispense.isOpen() && fen != null;
        Money charged = settled ? Money.ofFen(fen) : null;
        return new SliceView(
                s.id(),
                s.grant(),
                s.order().deviceId(),
                s.order().member(),
                s.order().gateway(),
                s.standing().journal(),
                s.standing().number(),
                s.standing().state().name(),
                s.startBy(),
                codes.of(s),
                s.standing().recalled(),
                s.standing().late(),
                s.order().outlet(),
                s.order().orderedMl(),
                s.order().hold(),
                dispense,
                r.getLong("settled_ml"),
                charged,
                returned(s, charged),
                word(r),
                r.getString("freed_by"),
                s.expires(),
                r.getOffsetDateTime("updated_at").toInstant());
    }

    private static @Nullable Money returned(PaidSlice s, @Nullable Money charged) {
        return switch (s.standing().state()) {
            case RELEASED -> s.order().hold();
            case DEBITED -> charged == null ? null : s.order().hold().minus(charged);
            case CREATED, REFUSED, HELD, SERVED, TAKEN, RELEASING -> null;
        };
    }

    private static @Nullable Word word(Row r) {
        String json = r.getString("statement");
        if (json == null) {
            return null;
        }
        SliceFact.Closed fact = Json.read(json, SliceFact.Closed.class);
        String words = fact.statement().words();
        boolean verified =
                Signer.verified(r.getString("statement_key"), words, fact.signature())
                        && fact.statement().dispenseId().equals(r.getString("id"));
        return new Word(fact.statement().reason(), verified);
    }
}
