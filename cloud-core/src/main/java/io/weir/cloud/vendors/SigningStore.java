package io.weir.cloud.vendors;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.vendors.SigningOps.Signing;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** SQL of signing records. */
final class SigningStore {
    private static final String LIST =
            "SELECT * FROM vendors.signing WHERE vid = $1 ORDER BY id DESC LIMIT 200";
    private static final String GET =
            "SELECT * FROM vendors.signing WHERE vid = $1 AND id = $2 FOR UPDATE";
    private static final String ADD =
            """
            INSERT INTO vendors.signing (vid, tenant, state, agreement, company, licence_no, contact, mobile, created_at,
                changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING *
            """;
    private static final String SET =
            """
            UPDATE vendors.signing SET state = $2, agreement = $3, company = $4, licence_no = $5, contact = $6, mobile = $7,
                valid_from = $8, valid_to = $9, reason = $10, changed_at = $11
            WHERE id = $1
            """;
    private static final String REMOVE = "DELETE FROM vendors.signing WHERE id = $1";
    private static final String SIGNED =
            "SELECT EXISTS (SELECT 1 FROM vendors.signing WHERE vid = $1 AND state = 'SIGNED')";

    /** Each judged by its vendor's own day. */
    private static final String OVER =
            """
            SELECT s.* FROM vendors.signing s JOIN vendors.tenant t ON t.id = s.vid
            WHERE s.state = 'SIGNED' AND s.valid_to < ($1::timestamptz AT TIME ZONE t.zone)::date
            ORDER BY s.id LIMIT 100 FOR UPDATE OF s SKIP LOCKED
            """;

    private SigningStore() {}

    static List<Signing> list(SqlConnection c, String vid) {
        return all(c, LIST, Tuple.of(vid));
    }

    static @Nullable Signing locked(SqlConnection c, String vid, long id) {
        List<Signing> found = all(c, GET, Tuple.of(vid, id));
        return found.isEmpty() ? null : found.getFirst();
    }

    static Signing add(SqlConnection c, String path, Signing s) {
        return all(
                        c,
                        ADD,
                        Tuple.of(
                                s.vid(),
                                path,
                                s.state(),
                                s.agreement(),
                                s.company(),
                                s.licenceNo(),
                                s.contact(),
                                s.mobile(),
                                at(s.createTms())))
                .getFirst();
    }

    static void set(SqlConnection c, Signing s) {
        c.preparedQuery(SET)
                .execute(
                        Tuple.from(
                                Arrays.asList(
                                        s.id(),
                                        s.state(),
                                        s.agreement(),
                                        s.company(),
                                        s.licenceNo(),
                                        s.contact(),
                                        s.mobile(),
                                        s.validFrom(),
                                        s.validTo(),
                                        s.reason(),
                                        at(s.changeTms()))))
                .await();
    }

    static void remove(SqlConnection c, long id) {
        c.preparedQuery(REMOVE).execute(Tuple.of(id)).await();
    }

    static boolean isSigned(SqlConnection c, String vid) {
        return c.preparedQuery(SIGNED)
                .execute(Tuple.of(vid))
                .await()
                .iterator()
                .next()
                .getBoolean(0);
    }

    /** Signed ones whose last day has passed, locked. */
    static List<Signing> over(SqlConnection c, Instant now) {
        return all(c, OVER, Tuple.of(at(now)));
    }

    private static List<Signing> all(SqlConnection c, String sql, Tuple values) {
        List<Signing> all = new ArrayList<>();
        c.preparedQuery(sql).execute(values).await().forEach(row -> all.add(signing(row)));
        return all;
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Signing signing(Row row) {
        LocalDate from = row.getLocalDate("valid_from");
        return new Signing(
                row.getLong("id"),
                row.getString("vid"),
                row.getString("state"),
                row.getString("agreement"),
                row.getString("company"),
                row.getString("licence_no"),
                row.getString("contact"),
                row.getString("mobile"),
                from,
                row.getLocalDate("valid_to"),
                row.getString("reason"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("changed_at").toInstant());
    }
}
