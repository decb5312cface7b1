package io.weir.cloud.ota;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.ota.JobOps.Job;
import io.weir.api.ota.JobOps.ListJobs;
import io.weir.api.ota.JobOps.ListTasks;
import io.weir.api.ota.JobOps.Task;
import io.weir.model.Page;
import io.weir.model.access.Scope;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Paged;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Jobs as people make and see them. */
final class JobQueries {
    private static final String INSERT =
            """
            INSERT INTO ota.job (id, tenant, name, document, allowed_s, devices, created_by, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;
    private static final String TASKS =
            """
            INSERT INTO ota.task (id, job_id, device_id, tenant, state, due_at, updated_at)
            SELECT n.id, $1, n.device_id, $2, 'QUEUED', $5, $5 FROM unnest($3::text[], $4::text[]) AS n(id, device_id)
            """;
    private static final String GET =
            """
            SELECT id, tenant, name, document, allowed_s, devices, created_by, created_at FROM ota.job
            WHERE id = $1 AND starts_with(tenant, $2)
            """;
    private static final String COUNTS =
            "SELECT state, count(*) FROM ota.task WHERE job_id = $1 GROUP BY state";
    private static final String TOTAL =
            "SELECT count(*) FROM ota.job WHERE starts_with(tenant, $1)";
    private static final String LIST =
            """
            SELECT id, tenant, name, allowed_s, devices, created_by, created_at FROM ota.job
            WHERE starts_with(tenant, $1) ORDER BY created_at DESC, id LIMIT $2 OFFSET $3
            """;
    private static final String OF_JOB =
            """
            FROM ota.task
            WHERE job_id = $1 AND starts_with(tenant, $2) AND ($3::text IS NULL OR state = $3)
            """;
    private static final String TASKS_TOTAL = "SELECT count(*) " + OF_JOB;
    private static final String TASKS_LIST =
            "SELECT id, device_id, state, progress, details, sent_at, updated_at "
                    + OF_JOB
                    + " ORDER BY device_id LIMIT $4 OFFSET $5";

    private JobQueries() {}

    static void insert(SqlConnection c, Job job, List<String> devices, Instant now) {
        c.preparedQuery(INSERT)
                .execute(
                        Tuple.of(
                                job.jobId(),
                                job.tenant(),
                                job.name(),
                                Json.text(job.document() == null ? Map.of() : job.document()),
                                job.timeoutS(),
                                job.devices(),
                                job.createdBy(),
                                UpgradeStore.at(now)))
                .await();
        String[] ids = devices.stream().map(device -> Letters.id()).toArray(String[]::new);
        c.preparedQuery(TASKS)
                .execute(
                        Tuple.tuple()
                                .addString(job.jobId())
                                .addString(job.tenant())
                                .addArrayOfString(ids)
                                .addArrayOfString(devices.toArray(String[]::new))
                                .addOffsetDateTime(UpgradeStore.at(now)))
                .await();
    }

    /** With document and counts; null when there is none in the scope. */
    static @Nullable Job get(SqlConnection c, Scope scope, String id) {
        for (Row row : c.preparedQuery(GET).execute(Tuple.of(id, scope.path())).await()) {
            Map<String, Long> counts = new TreeMap<>();
            c.preparedQuery(COUNTS)
                    .execute(Tuple.of(id))
                    .await()
                    .forEach(of -> counts.put(of.getString(0), of.getLong(1)));
            return job(row, object(row.getString("document")), counts);
        }
        return null;
    }

    static Page<Job> list(SqlConnection c, Scope scope, ListJobs q) {
        return Paged.read(
                c,
                TOTAL,
                LIST,
                Tuple.of(scope.path()),
                q.limit(),
                q.offset(),
                row -> job(row, null, null));
    }

    static Page<Task> tasks(SqlConnection c, Scope scope, ListTasks q) {
        return Paged.read(
                c,
                TASKS_TOTAL,
                TASKS_LIST,
                Tuple.from(Arrays.asList(q.jobId(), scope.path(), q.state())),
                q.limit(),
                q.offset(),
                row ->
                        new Task(
                                row.getString("id"),
                                row.getString("device_id"),
                                row.getString("state"),
                                row.getInteger("progress"),
                                object(row.getString("details")),
                                UpgradeStore.instant(row, "sent_at"),
                                row.getOffsetDateTime("updated_at").toInstant()));
    }

    private static Job job(
            Row row, @Nullable Map<String, Object> document, @Nullable Map<String, Long> counts) {
        return new Job(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("name"),
                row.getInteger("allowed_s"),
                row.getInteger("devices"),
                row.getString("created_by"),
                row.getOffsetDateTime("created_at").toInstant(),
                document,
                counts);
    }

    @SuppressWarnings("unchecked") // a JSON object
    private static Map<String, Object> object(String json) {
        return Json.read(json, Map.class);
    }
}
