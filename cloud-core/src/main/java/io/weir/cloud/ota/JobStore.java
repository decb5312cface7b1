package io.weir.cloud.ota;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.cloud.ota.TaskFlow.Part;
import io.weir.cloud.ota.TaskFlow.State;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** SQL of how jobs go on at devices; what people see of them is {@link JobQueries}. */
final class JobStore {
    private static final String PART =
            """
            SELECT t.id, t.device_id, t.tenant, t.state, t.progress, t.details, t.sent_at, t.due_at, t.updated_at,
                j.document, j.allowed_s
            FROM ota.task t JOIN ota.job j ON j.id = t.job_id
            """;
    private static final String UNENDED = "t.state IN ('QUEUED', 'SENT', 'IN_PROGRESS')";
    private static final String LOCK = PART + "WHERE t.id = $1 FOR UPDATE OF t";
    private static final String OF_JOB =
            PART + "WHERE t.job_id = $1 AND " + UNENDED + " ORDER BY t.id FOR UPDATE OF t";
    private static final String OF_DEVICE =
            PART
                    + "WHERE t.device_id = $1 AND starts_with($2, t.tenant) AND "
                    + UNENDED
                    + " ORDER BY j.created_at, t.id LIMIT $3";
    private static final String ONE_OF_DEVICE =
            PART
                    + "WHERE t.id = $1 AND t.device_id = $2 AND starts_with($3, t.tenant) FOR"
                    + " UPDATE OF t";
    private static final String LATE =
            PART
                    + """
                    WHERE t.state IN ('SENT', 'IN_PROGRESS') AND t.sent_at + make_interval(secs => j.allowed_s) <= $1
                    ORDER BY t.id LIMIT $2 FOR UPDATE OF t SKIP LOCKED
                    """;
    private static final String DUE = PART + "WHERE t.due_at <= $1 ORDER BY t.due_at LIMIT $2";
    private static final String SAVE =
            """
            UPDATE ota.task SET state = $2, progress = $3, details = $4, sent_at = $5, due_at = $6, updated_at = $7
            WHERE id = $1
            """;
    private static final String NEXT =
            "UPDATE ota.task SET due_at = $3 WHERE id = $1 AND due_at = $2";
    private static final String ONLINE =
            """
            UPDATE ota.task t SET due_at = $2, updated_at = $2
            WHERE t.id IN (SELECT t.id FROM ota.task t WHERE t.device_id = ANY ($1)
                AND t.state IN ('QUEUED', 'SENT', 'IN_PROGRESS') ORDER BY t.id FOR UPDATE)
            """;

    private JobStore() {}

    /**
     * One device's part of a job, as it is stored.
     *
     * @param tenant path of the job's owner
     * @param document JSON
     * @param allowed how long it may take
     * @param dueAt when the device is to be told next; null = there is nothing to tell
     */
    record Stored(
            String id,
            String deviceId,
            String tenant,
            Part part,
            String document,
            Duration allowed,
            @Nullable Instant dueAt,
            Instant updatedAt) {}

    static @Nullable Stored lock(SqlConnection c, String id) {
        return first(parts(c, LOCK, Tuple.of(id)));
    }

    /** What has not ended, locked. */
    static List<Stored> ofJob(SqlConnection c, String job) {
        return parts(c, OF_JOB, Tuple.of(job));
    }

    /**
     * What has not ended, the oldest first.
     *
     * @param tenant the device's owner
     */
    static List<Stored> ofDevice(SqlConnection c, String device, String tenant, int limit) {
        return parts(c, OF_DEVICE, Tuple.of(device, tenant, limit));
    }

    static @Nullable Stored ofDevice(SqlConnection c, String id, String device, String tenant) {
        return first(parts(c, ONE_OF_DEVICE, Tuple.of(id, device, tenant)));
    }

    static List<Stored> late(SqlConnection c, Instant now, int limit) {
        return parts(c, LATE, Tuple.of(UpgradeStore.at(now), limit));
    }

    static List<Stored> due(SqlConnection c, Instant now, int limit) {
        return parts(c, DUE, Tuple.of(UpgradeStore.at(now), limit));
    }

    /** What has ended is told nothing. */
    static void save(
            SqlConnection c, Stored before, Part after, @Nullable Instant due, Instant now) {
        Instant sentAt = after.sentAt();
        Instant next = after.state().isEnd() ? null : due;
        c.preparedQuery(SAVE)
                .execute(
                        Tuple.tuple()
                                .addString(before.id())
                                .addString(after.state().name())
                                .addInteger(after.progress())
                                .addString(after.details())
                                .addOffsetDateTime(sentAt == null ? null : UpgradeStore.at(sentAt))
                                .addOffsetDateTime(next == null ? null : UpgradeStore.at(next))
                                .addOffsetDateTime(UpgradeStore.at(now)))
                .await();
    }

    /** When to tell the device next, unless something else was decided meanwhile. */
    static void next(SqlConnection c, Stored stored, Instant seen, @Nullable Instant next) {
        Tuple args =
                Tuple.tuple()
                        .addString(stored.id())
                        .addOffsetDateTime(UpgradeStore.at(seen))
                        .addOffsetDateTime(next == null ? null : UpgradeStore.at(next));
        c.preparedQuery(NEXT).execute(args).await();
    }

    /** These devices came online: they are told again. */
    static void online(SqlConnection c, Collection<String> devices, Instant now) {
        c.preparedQuery(ONLINE)
                .execute(Tuple.of(devices.toArray(String[]::new), UpgradeStore.at(now)))
                .await();
    }

    private static @Nullable Stored first(List<Stored> found) {
        return found.isEmpty() ? null : found.getFirst();
    }

    private static List<Stored> parts(SqlConnection c, String sql, Tuple args) {
        List<Stored> found = new ArrayList<>();
        for (Row row : c.preparedQuery(sql).execute(args).await()) {
            found.add(
                    new Stored(
                            row.getString("id"),
                            row.getString("device_id"),
                            row.getString("tenant"),
                            new Part(
                                    State.valueOf(row.getString("state")),
                                    row.getInteger("progress"),
                                    row.getString("details"),
                                    UpgradeStore.instant(row, "sent_at")),
                            row.getString("document"),
                            Duration.ofSeconds(row.getInteger("allowed_s")),
                            UpgradeStore.instant(row, "due_at"),
                            row.getOffsetDateTime("updated_at").toInstant()));
        }
        return found;
    }
}
