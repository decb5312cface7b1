package io.weir.api.ota;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Jobs over HTTP ({@code contract/jobs.yaml}): documents that devices work through. */
public interface JobOps {
    Op<CreateJob, Job> CREATE = Op.of("ota.job.create.v1", CreateJob.class, Job.class);

    /** Without documents and counts. */
    Op<ListJobs, Page<Job>> LIST = Op.paged("ota.job.list.v1", ListJobs.class, Job.class);

    Op<GetJob, Job> GET = Op.of("ota.job.get.v1", GetJob.class, Job.class);

    /** For the devices that have not ended it; a device that is at it may go on unheard. */
    Op<GetJob, Job> CANCEL = Op.of("ota.job.cancel.v1", GetJob.class, Job.class);

    Op<ListTasks, Page<Task>> TASKS = Op.paged("ota.job.tasks.v1", ListTasks.class, Task.class);

    /**
     * @param document what the device gets, as it is
     * @param timeoutS how long a device may take from when it was first told on, in seconds
     */
    record CreateJob(
            String name, Map<String, Object> document, List<String> devices, int timeoutS) {}

    record ListJobs(int limit, int offset) {}

    record GetJob(String jobId) {}

    record ListTasks(String jobId, @Nullable String state, int limit, int offset) {}

    /**
     * @param counts devices by state
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Job(
            String jobId,
            String tenant,
            String name,
            int timeoutS,
            int devices,
            String createdBy,
            Instant createTms,
            @Nullable Map<String, Object> document,
            @Nullable Map<String, Long> counts) {}

    /**
     * @param taskId as the device knows it
     * @param progress percent, as the device last said
     * @param details what the device said to its last step
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Task(
            String taskId,
            String deviceId,
            String state,
            int progress,
            Map<String, Object> details,
            @Nullable Instant sentTms,
            Instant updateTms) {}
}
