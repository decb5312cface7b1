package io.weir.cloud.ota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.ota.JobStore.Stored;
import io.weir.cloud.ota.TaskFlow.Part;
import io.weir.cloud.ota.TaskFlow.State;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What devices ask and say about their jobs (facts: alink.md section 6), in the words that the C
 * Link SDK reads: the short members of a task stand before its document, since it scans for the
 * first key of a name.
 */
final class JobDesk {
    private static final int BAD_PARAMETER = 460;
    private static final int NOT_FOUND = 404;
    private static final int DETAILS_BYTES = 4096;
    private static final int WHOLE = 100;

    /** As many as the C Link SDK reads. */
    private static final int LISTED = 10;

    private static final String LIST = "$list";
    private static final String NEXT = "$next";

    private final Tx tx;
    private final Time time;

    JobDesk(Tx tx, Time time) {
        this.tx = tx;
        this.time = time;
    }

    /** The member {@code task} of a notification and of an answer. */
    static ObjectNode task(Stored stored, State state) {
        ObjectNode task = Json.MAPPER.createObjectNode();
        task.put("taskId", stored.id()).put("status", state.name());
        task.set("jobDocument", Json.tree(stored.document()));
        return task;
    }

    Answer get(Place place, JsonNode params) {
        String id = params.path("taskId").asText("");
        ObjectNode data = Json.MAPPER.createObjectNode().put("taskId", id);
        if (id.equals(LIST) || id.equals(NEXT)) {
            int most = id.equals(LIST) ? LISTED : 1;
            List<Stored> open =
                    tx.system(c -> JobStore.ofDevice(c, place.deviceId(), place.tenant(), most));
            return Answer.ok((id.equals(LIST) ? list(data, open) : next(data, open)).toString());
        }
        Stored one = tx.system(c -> JobStore.ofDevice(c, id, place.deviceId(), place.tenant()));
        if (one != null) {
            data.set("task", task(one, one.part().state()));
        }
        return Answer.ok(data.toString());
    }

    private static ObjectNode list(ObjectNode data, List<Stored> open) {
        ArrayNode tasks = data.putArray("tasks");
        open.forEach(
                stored ->
                        tasks.addObject()
                                .put("taskId", stored.id())
                                .put("status", stored.part().state().name()));
        return data;
    }

    private static ObjectNode next(ObjectNode data, List<Stored> open) {
        if (!open.isEmpty()) {
            Stored first = open.getFirst();
            data.put("taskId", first.id()).set("task", task(first, first.part().state()));
        }
        return data;
    }

    Answer update(Place place, JsonNode params) {
        String id = params.path("taskId").asText("");
        State state = state(params.path("status").asText(""));
        int progress = params.path("progress").asInt(0);
        JsonNode details = params.path("statusDetails");
        if (state == null) {
            return refused("status: IN_PROGRESS, SUCCEEDED, FAILED or REJECTED");
        }
        if (progress < 0 || progress > WHOLE) {
            return refused("progress: 0 to 100");
        }
        String words = details.isObject() ? details.toString() : "{}";
        if (words.getBytes(StandardCharsets.UTF_8).length > DETAILS_BYTES) {
            return refused("statusDetails: at most " + DETAILS_BYTES + " bytes");
        }
        boolean known = tx.system(c -> heard(c, place, id, new Part(state, progress, words, null)));
        return known
                ? Answer.ok(Json.MAPPER.createObjectNode().put("taskId", id).toString())
                : Answer.refused(NOT_FOUND, "taskId: no such job of the device");
    }

    private boolean heard(SqlConnection c, Place place, String id, Part said) {
        Stored stored = JobStore.ofDevice(c, id, place.deviceId(), place.tenant());
        if (stored == null) {
            return false;
        }
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        Part after =
                TaskFlow.told(stored.part(), said.state(), said.progress(), said.details(), now);
        if (after != stored.part()) {
            JobStore.save(c, stored, after, null, now);
        }
        return true;
    }

    private static @Nullable State state(String word) {
        return switch (word) {
            case "IN_PROGRESS" -> State.IN_PROGRESS;
            case "SUCCEEDED" -> State.SUCCEEDED;
            case "FAILED" -> State.FAILED;
            case "REJECTED" -> State.REJECTED;
            default -> null;
        };
    }

    private static Answer refused(String why) {
        return Answer.refused(BAD_PARAMETER, why);
    }
}
