package io.weir.cloud.ota;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.ProductDevice;
import io.weir.api.ota.JobOps.CreateJob;
import io.weir.api.ota.JobOps.GetJob;
import io.weir.api.ota.JobOps.Job;
import io.weir.api.ota.JobOps.ListJobs;
import io.weir.api.ota.JobOps.ListTasks;
import io.weir.api.ota.JobOps.Task;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Jobs for their tenant and those above it. */
final class JobHandlers {
    private static final int DOCUMENT_BYTES = 32_768;

    private final Tx tx;
    private final Time time;
    private final Targets targets;

    JobHandlers(Tx tx, Time time, Targets targets) {
        this.tx = tx;
        this.time = time;
        this.targets = targets;
    }

    Job create(Call call, CreateJob q) {
        if (Json.text(q.document()).getBytes(StandardCharsets.UTF_8).length > DOCUMENT_BYTES) {
            throw Rejected.invalid("document", "must have at most " + DOCUMENT_BYTES + " bytes");
        }
        List<String> devices =
                targets.named(call, q.devices(), "is no device of yours", place -> true).stream()
                        .map(ProductDevice::deviceId)
                        .toList();
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        var job =
                new Job(
                        Letters.id(),
                        call.scope().path(),
                        q.name(),
                        q.timeoutS(),
                        devices.size(),
                        call.actor().uid(),
                        now,
                        q.document(),
                        null);
        return tx.run(
                call.scope(),
                c -> {
                    JobQueries.insert(c, job, devices, now);
                    Job made = found(JobQueries.get(c, call.scope(), job.jobId()), job.jobId());
                    audit(c, call, "create", null, made);
                    return made;
                });
    }

    Page<Job> list(Call call, ListJobs q) {
        return tx.run(call.scope(), c -> JobQueries.list(c, call.scope(), q));
    }

    Job get(Call call, GetJob q) {
        return tx.run(
                call.scope(), c -> found(JobQueries.get(c, call.scope(), q.jobId()), q.jobId()));
    }

    Page<Task> tasks(Call call, ListTasks q) {
        get(call, new GetJob(q.jobId()));
        return tx.run(call.scope(), c -> JobQueries.tasks(c, call.scope(), q));
    }

    Job cancel(Call call, GetJob q) {
        Job before = get(call, q);
        return tx.run(
                call.scope(),
                c -> {
                    Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
                    JobStore.ofJob(c, q.jobId())
                            .forEach(
                                    stored ->
                                            JobStore.save(
                                                    c,
                                                    stored,
                                                    TaskFlow.cancelled(stored.part()),
                                                    null,
                                                    now));
                    Job after = found(JobQueries.get(c, call.scope(), q.jobId()), q.jobId());
                    audit(c, call, "cancel", before, after);
                    return after;
                });
    }

    private void audit(SqlConnection c, Call call, String verb, @Nullable Job before, Job after) {
        AuditStore.add(
                c,
                call,
                time.now(),
                after.tenant(),
                "ota.job." + verb,
                "job:" + after.jobId(),
                before,
                after);
    }

    private static Job found(@Nullable Job job, String id) {
        if (job == null) {
            throw Rejected.notFound("job " + id);
        }
        return job;
    }
}
