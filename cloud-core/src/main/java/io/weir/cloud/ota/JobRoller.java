package io.weir.cloud.ota;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.DeviceRequest;
import io.weir.cloud.ota.JobStore.Stored;
import io.weir.cloud.ota.TaskFlow.Part;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Tells devices of their jobs, ends what takes too long. As in {@link Pusher}: committed first,
 * told then, told again until a gateway confirms.
 */
final class JobRoller {
    private static final Logger LOG = LoggerFactory.getLogger(JobRoller.class);
    private static final Call CALL = Call.system("ota-job");
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final Targets targets;
    private final OtaConfig config;
    private final Crew crew;

    JobRoller(Tx tx, Bus bus, Time time, Targets targets, OtaConfig config, Crew crew) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.targets = targets;
        this.config = config;
        this.crew = crew;
    }

    void roll() {
        tx.system(
                c -> {
                    Instant now = now();
                    JobStore.late(c, now, config.batch())
                            .forEach(
                                    stored ->
                                            JobStore.save(
                                                    c,
                                                    stored,
                                                    TaskFlow.waited(
                                                            stored.part(), stored.allowed(), now),
                                                    null,
                                                    now));
                    return true;
                });
        crew.all(
                tx.system(c -> JobStore.due(c, now(), config.batch())),
                Stored::deviceId,
                this::tell);
    }

    private void tell(Stored seen) {
        Instant due = seen.dueAt();
        if (due == null) {
            return;
        }
        try {
            tell(seen, due);
        } catch (Rejected e) { // another context does not answer
            LOG.debug("device {} hears of its job later: {}", seen.deviceId(), e.getMessage());
            later(seen, due, config.again());
        }
    }

    private void tell(Stored seen, Instant due) {
        DeviceModel model = targets.find(CALL, seen.deviceId());
        if (model == null || !model.tenant().startsWith(seen.tenant())) {
            tx.system(c -> moved(c, seen));
            return;
        }
        String gateway = model.connectedTo();
        if (gateway == null) {
            boolean fresh = seen.updatedAt().plus(FRESH).isAfter(time.now());
            later(seen, due, fresh ? config.again() : config.offline());
            return;
        }
        Instant next = now().plus(config.again());
        Stored sent = tx.system(c -> sent(c, seen, due, next));
        if (sent == null) {
            return;
        }
        var params = Json.MAPPER.createObjectNode();
        params.set("task", JobDesk.task(sent, sent.part().state()));
        var request =
                new DeviceRequest(sent.deviceId(), "thing/job/notify", params.toString(), false);
        bus.call(EdgeApi.REQUEST.at(gateway), request, CALL).await();
        tx.system(
                c -> {
                    JobStore.next(c, sent, next, null);
                    return true;
                });
    }

    /** Null when it isn't to be told any more. */
    private @Nullable Stored sent(SqlConnection c, Stored seen, Instant due, Instant next) {
        Stored stored = JobStore.lock(c, seen.id());
        if (stored == null || !due.equals(stored.dueAt()) || stored.part().state().isEnd()) {
            return null;
        }
        Instant now = now();
        Part part = TaskFlow.sent(stored.part(), now);
        JobStore.save(c, stored, part, next, now);
        return new Stored(
                stored.id(),
                stored.deviceId(),
                stored.tenant(),
                part,
                stored.document(),
                stored.allowed(),
                next,
                now);
    }

    private boolean moved(SqlConnection c, Stored seen) {
        Stored stored = JobStore.lock(c, seen.id());
        if (stored != null) {
            JobStore.save(c, stored, TaskFlow.cancelled(stored.part()), null, now());
        }
        return true;
    }

    private void later(Stored seen, Instant due, Duration wait) {
        tx.system(
                c -> {
                    JobStore.next(c, seen, due, now().plus(wait));
                    return true;
                });
    }

    private Instant now() {
        return time.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
