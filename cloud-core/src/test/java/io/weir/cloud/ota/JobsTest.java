package io.weir.cloud.ota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Jobs over HTTP and at played devices, on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsTest {
    private OtaWorld world;
    private String vendor;

    @BeforeAll
    void open() {
        world = new OtaWorld();
        vendor = world.api.token(Role.VENDOR, "/DEMO/");
    }

    @AfterAll
    void close() {
        world.close();
    }

    @Test
    void aDeviceIsToldAndSaysHowFarItIs() {
        String device = world.device("job-1");
        String job = job(List.of(device), Map.of("minutes", 3, "status", "any"));
        world.rollJobs();
        String task = task(job, device).path("task_id").asText();
        assertThat(told(device))
                .containsExactly(
                        "thing/job/notify {\"task\":{\"taskId\":\""
                                + task
                                + "\",\"status\":\"SENT\",\"jobDocument\":"
                                + Json.tree("{\"minutes\":3,\"status\":\"any\"}")
                                + "}}");
        world.rollJobs();
        assertThat(told(device)).isEmpty();
        assertThat(ask(device, "get", Map.of("taskId", "$list")).dataJson())
                .isEqualTo(
                        "{\"taskId\":\"$list\",\"tasks\":[{\"taskId\":\""
                                + task
                                + "\",\"status\":\"SENT\"}]}");
        assertThat(ask(device, "update", update(task, "IN_PROGRESS", 40)))
                .isEqualTo(Answer.ok("{\"taskId\":\"" + task + "\"}"));
        JsonNode halfway = task(job, device);
        assertThat(halfway.path("progress").asInt()).isEqualTo(40);
        assertThat(halfway.path("details").path("step").asText()).isEqualTo("IN_PROGRESS");
        world.online(device);
        world.rollJobs();
        assertThat(told(device)).as("came back in the middle").hasSize(1);
        assertThat(ask(device, "update", update(task, "SUCCEEDED", 100)).code()).isEqualTo(200);
        assertThat(ask(device, "update", update(task, "FAILED", 100)).code()).isEqualTo(200);
        assertThat(task(job, device).path("state").asText()).isEqualTo("SUCCEEDED");
        assertThat(get(job).path("counts").toString()).isEqualTo("{\"SUCCEEDED\":1}");
        assertThat(ask(device, "get", Map.of("taskId", "$list")).dataJson())
                .isEqualTo("{\"taskId\":\"$list\",\"tasks\":[]}");
        assertThat(ask(device, "get", Map.of("taskId", task)).dataJson())
                .contains("\"status\":\"SUCCEEDED\"");
    }

    @Test
    void whoIsOfflineHearsOfItLaterAndWhoIsSlowIsTooLate() {
        String device = world.device("job-2");
        world.connected.remove(device);
        String job = job(List.of(device), Map.of("a", 1));
        world.rollJobs();
        assertThat(told(device)).isEmpty();
        world.silent.add(device);
        world.online(device);
        world.rollJobs();
        assertThat(told(device)).hasSize(1);
        world.silent.remove(device);
        world.time.advance(Duration.ofSeconds(10));
        world.rollJobs();
        assertThat(told(device)).as("nobody confirmed the first").hasSize(1);
        world.time.advance(Duration.ofSeconds(10));
        world.rollJobs();
        assertThat(told(device)).isEmpty();
        assertThat(task(job, device).path("state").asText()).isEqualTo("SENT");
        world.time.advance(Duration.ofSeconds(600));
        world.rollJobs();
        assertThat(task(job, device).path("state").asText()).isEqualTo("TIMED_OUT");
    }

    @Test
    void whatIsWrongIsSaidAndAnothersIsNotFound() {
        String device = world.device("job-3");
        String strange = world.device("job-4");
        String job = job(List.of(device), Map.of("a", 1));
        String task = task(job, device).path("task_id").asText();
        assertThat(ask(strange, "update", update(task, "SUCCEEDED", 1)).code()).isEqualTo(404);
        assertThat(ask(strange, "get", Map.of("taskId", task)).dataJson())
                .isEqualTo("{\"taskId\":\"" + task + "\"}");
        assertThat(ask(device, "update", update(task, "SENT", 1)).message()).startsWith("status:");
        assertThat(ask(device, "update", update(task, "FAILED", 101)).message())
                .startsWith("progress:");
        Map<String, Object> large = new HashMap<>(update(task, "FAILED", 1));
        large.put("statusDetails", Map.of("x", "y".repeat(4096)));
        assertThat(ask(device, "update", large).message()).startsWith("statusDetails:");
        String other = world.api.token(Role.VENDOR, "/OTHR/");
        assertThat(world.api.get("/jobs/" + job, other).status()).isEqualTo(404);
        assertThat(world.api.get("/jobs", other).data()).isEmpty();
        assertThat(create(other, List.of(device), Map.of("a", 1)).fields())
                .containsExactly("devices[0]");
        assertThat(create(vendor, List.of(device), Map.of("a", "b".repeat(32_768))).fields())
                .containsExactly("document");
        world.owners.put(device, "/OTHR/");
        world.rollJobs();
        assertThat(task(job, device).path("state").asText())
                .as("it has another owner now")
                .isEqualTo("CANCELLED");
        String second = job(List.of(strange), Map.of("a", 1));
        Reply gone = world.api.post("/jobs/" + second + "/cancel", vendor, Map.of());
        assertThat(gone.data().path("counts").toString()).isEqualTo("{\"CANCELLED\":1}");
        world.rollJobs();
        assertThat(told(strange)).isEmpty();
        assertThat(ask(strange, "get", Map.of("taskId", "$next")).dataJson())
                .isEqualTo("{\"taskId\":\"$next\"}");
    }

    private Reply create(String token, List<String> devices, Map<String, Object> document) {
        return world.api.post(
                "/jobs",
                token,
                Map.of(
                        "name",
                        "rinse",
                        "document",
                        document,
                        "devices",
                        devices,
                        "timeout_s",
                        600));
    }

    private String job(List<String> devices, Map<String, Object> document) {
        Reply made = create(vendor, devices, new java.util.TreeMap<>(document));
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        return made.data().path("job_id").asText();
    }

    private JsonNode get(String job) {
        return world.api.get("/jobs/" + job, vendor).data();
    }

    private JsonNode task(String job, String device) {
        for (JsonNode task : world.api.get("/jobs/" + job + "/devices", vendor).data()) {
            if (task.path("device_id").asText().equals(device)) {
                return task;
            }
        }
        throw new AssertionError(device);
    }

    private List<String> told(String device) {
        var own = world.told.stream().filter(q -> q.deviceId().equals(device)).toList();
        world.told.removeAll(own);
        return own.stream().map(q -> q.path() + " " + q.paramsJson()).toList();
    }

    private static Map<String, Object> update(String task, String status, int progress) {
        return Map.of(
                "taskId",
                task,
                "status",
                status,
                "progress",
                progress,
                "statusDetails",
                Map.of("step", status));
    }

    private Answer ask(String device, String method, Map<String, ?> params) {
        var question = new Question("g1", device, "thing.job." + method, Json.text(params));
        return world.api.bus.call(AlinkApi.OTA, question, Call.system("t")).await();
    }
}
