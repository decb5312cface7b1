package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** Every status of DESIGN section 4 over a real server, with the one envelope. */
class PipelineTest {
    private static final String THING = "{\"name\":\"x\",\"amount\":1.50}";
    private static ApiFixture api;
    private static String vendor;
    private static String platform;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        api.api(ApiFixture.CONFIG, List.of(Probe.CONTEXT)).context(new Probe(api.bus));
        vendor = api.token(Role.VENDOR, "/DEMO/");
        platform = api.token(Role.PLATFORM, "/");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Reply create(String body, Map<String, String> headers) {
        var all = new java.util.HashMap<>(Map.of("Idempotency-Key", "k" + System.nanoTime()));
        all.putAll(headers);
        return api.post("/probe/things", vendor, body, all);
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.status()).as(new String(reply.raw().body())).isEqualTo(status);
        assertThat(reply.json().path("status").asBoolean(true)).isFalse();
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.json().path("message").asText()).isNotEmpty();
        assertThat(reply.json().path("errors").isArray()).isTrue();
    }

    @Test
    @Tag("shows:A-023")
    @Tag("shows:A-022")
    void anObjectHasTotalOneAndAPageTheWholeCount() {
        Reply one = api.get("/probe/things/5", vendor);
        assertThat(one.status()).isEqualTo(200);
        assertThat(one.json().toString())
                .startsWith(
                        "{\"status\":true,\"code\":\"OK\",\"message\":\"\",\"total\":1,\"data\":{");
        Reply page = api.get("/probe/things?limit=1", vendor);
        assertThat(page.json().path("total").asInt()).isEqualTo(42);
        assertThat(page.data().isArray()).isTrue();
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    @Tag("shows:A-014")
    @Tag("shows:A-013")
    @Tag("shows:A-012")
    void postIs201PutIs202DeleteIs204WithoutABody() {
        assertThat(create(THING, Map.of()).status()).isEqualTo(201);
        Reply put = api.send("PUT", "/probe/things/5", platform, "{\"note\":\"n\"}", Map.of());
        assertThat(put.status()).isEqualTo(202);
        Reply gone = api.send("DELETE", "/probe/things/5", platform, null, Map.of());
        assertThat(gone.status()).isEqualTo(204);
        assertThat(gone.raw().body()).isEmpty();
    }

    @Test
    void defaultsOfTheContractAreFilledIn() {
        assertThat(api.get("/probe/things", vendor).data().toString())
                .contains("limit=20, offset=0, order=desc, label=null");
        assertThat(create(THING, Map.of()).data().path("count").asInt()).isEqualTo(7);
        Reply put = api.send("PUT", "/probe/things/5", platform, null, Map.of());
        assertThat(put.data().path("name").asText()).isEqualTo("none");
    }

    @Test
    void aParameterIsDecodedExactlyOnce() {
        String echo = api.get("/probe/things?label=a%2Bb%2520%25", vendor).data().toString();
        assertThat(echo).contains("label=a+b%20%,");
        String many = api.get("/probe/things?tag=a&tag=b&flag=true", vendor).data().toString();
        assertThat(many).contains("tag=[a, b]").contains("flag=true");
    }

    @Test
    void aWrongParameterIs400WithTheFieldNamed() {
        for (String query :
                List.of(
                        "limit=0",
                        "limit=201",
                        "limit=abc",
                        "limit=1.5",
                        "limit=",
                        "limit=99999999999999999999",
                        "offset=-1",
                        "order=up",
                        "flag=yes",
                        "ratio=2",
                        "ratio=1e9")) {
            Reply reply = api.get("/probe/things?" + query, vendor);
            refused(reply, 400, "MALFORMED");
            assertThat(reply.fields()).containsExactly(query.split("=", 2)[0]);
        }
        refused(api.get("/probe/things?limit=1&limit=2", vendor), 400, "MALFORMED");
        assertThat(api.get("/probe/things?lmit=1", vendor).fields()).containsExactly("lmit");
        refused(api.get("/probe/things/0", vendor), 400, "MALFORMED");
        refused(api.get("/probe/things/x", vendor), 400, "MALFORMED");
        refused(api.get("/probe/things?label=%00", vendor), 422, "INVALID");
    }

    @Test
    @Tag("shows:A-015")
    void brokenJsonIs400() {
        for (String body :
                List.of(
                        "{",
                        "{\"name\":}",
                        "[1",
                        "\u0000",
                        "{\"name\":\"a\",\"name\":\"b\"}",
                        THING + "{}",
                        "nul",
                        "")) {
            refused(create(body, Map.of()), 400, "MALFORMED");
        }
    }

    @Test
    @Tag("shows:A-015")
    void aBodyAgainstTheSchemaIs422WithTheFieldNamed() {
        Map<String, String> faults = new java.util.LinkedHashMap<>();
        faults.put("{\"amount\":1}", "name");
        faults.put("{\"name\":\"\",\"amount\":1}", "name");
        faults.put("{\"name\":7,\"amount\":1}", "name");
        faults.put("{\"name\":null,\"amount\":1}", "name");
        faults.put("{\"name\":\"x\",\"amount\":0}", "amount");
        faults.put("{\"name\":\"x\",\"amount\":-1}", "amount");
        faults.put("{\"name\":\"x\",\"amount\":1.505}", "amount");
        faults.put("{\"name\":\"x\",\"amount\":\"1\"}", "amount");
        faults.put("{\"name\":\"x\",\"amount\":1e999999999}", "amount");
        faults.put("{\"name\":\"x\",\"amount\":1e-999999999}", "amount");
        faults.put("{\"name\":\"x\",\"amount\":1,\"count\":1.5}", "count");
        faults.put("{\"name\":\"x\",\"amount\":1,\"count\":99999999999}", "count");
        faults.put("{\"name\":\"x\",\"amount\":1,\"colour\":1}", "colour");
        faults.put("{\"name\":\"x\",\"amount\":1,\"outlet\":\"tea\"}", "outlet");
        faults.put("{\"name\":\"x\",\"amount\":1,\"tags\":[\"a\",1]}", "tags[1]");
        faults.put("{\"name\":\"x\",\"amount\":1,\"nested\":{\"a\":10}}", "nested.a");
        faults.put("{\"name\":\"x\",\"amount\":1,\"nested\":{\"a\":1,\"b\":1}}", "nested.b");
        faults.put("{\"name\":\"a\\u0000b\",\"amount\":1}", "name");
        faults.put("[]", "");
        faults.put("7", "");
        faults.forEach(
                (body, field) -> {
                    Reply reply = create(body, Map.of());
                    refused(reply, 422, "INVALID");
                    assertThat(reply.fields()).as(body).contains(field);
                });
    }

    @Test
    void aFieldOfPathAndBodyMustBeEqual() {
        assertThat(
                        api.send("PUT", "/probe/things/5", platform, "{\"thing_id\":5}", Map.of())
                                .status())
                .isEqualTo(202);
        Reply other = api.send("PUT", "/probe/things/5", platform, "{\"thing_id\":6}", Map.of());
        refused(other, 422, "INVALID");
        assertThat(other.fields()).containsExactly("thing_id");
    }

    @Test
    void unknownPathIs404AndWrongMethod405() {
        refused(api.get("/nothing/here", vendor), 404, "NOT_FOUND");
        Reply patch = api.send("PATCH", "/probe/things/5", vendor, "{}", Map.of());
        refused(patch, 405, "METHOD_NOT_ALLOWED");
        assertThat(patch.header("Allow")).isEqualTo("DELETE, GET, PUT");
        refused(api.send("DELETE", "/probe/fail", null, null, Map.of()), 405, "METHOD_NOT_ALLOWED");
    }

    @Test
    @Tag("shows:A-018")
    void otherFormatsAre406And415() {
        refused(
                api.send("GET", "/probe/things", vendor, null, Map.of("Accept", "application/xml")),
                406,
                "NOT_ACCEPTABLE");
        assertThat(
                        api.send(
                                        "GET",
                                        "/probe/things",
                                        vendor,
                                        null,
                                        Map.of("Accept", "text/html, application/json;q=0.5"))
                                .status())
                .isEqualTo(200);
        refused(create(THING, Map.of("Content-Type", "text/plain")), 415, "UNSUPPORTED_MEDIA_TYPE");
        refused(
                create(THING, Map.of("Content-Type", "application/x-www-form-urlencoded")),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
        assertThat(
                        create(THING, Map.of("Content-Type", "application/json; charset=utf-8"))
                                .status())
                .isEqualTo(201);
    }

    @Test
    void tenMegabytesAre413AndTheServerGoesOn() {
        String big = "{\"name\":\"" + "x".repeat(10 << 20) + "\",\"amount\":1}";
        refused(create(big, Map.of()), 413, "TOO_LARGE");
        assertThat(create(THING, Map.of()).status()).isEqualTo(201);
    }

    @Test
    void aRefusalOfAContextKeepsItsStatusAndCode() {
        for (int status : List.of(403, 404, 409, 410, 422, 503)) {
            Reply reply = api.post("/probe/fail", null, Map.of("status", status));
            refused(reply, status, "PROBE_" + status);
        }
        assertThat(api.post("/probe/fail", null, Map.of("status", 429)).header("Retry-After"))
                .isEqualTo("1");
    }

    @Test
    void aBugIs500WithoutDetail() {
        Reply reply =
                api.post("/probe/fail", null, "{\"status\":0}", Map.of("X-Request-Id", "req-1"));
        refused(reply, 500, "INTERNAL");
        assertThat(reply.json().toString()).doesNotContain("secret").contains("req-1");
        assertThat(reply.header("X-Request-Id")).isEqualTo("req-1");
    }

    @Test
    void aContextThatIsNotThereIs503() {
        Reply reply = api.get("/probe/nobody", null);
        refused(reply, 503, "UNAVAILABLE");
        assertThat(reply.header("Retry-After")).isEqualTo("1");
    }

    @Test
    @Tag("shows:O-002")
    void theTokenHeaderIsABearerAndBothAreTooMany() {
        assertThat(api.send("GET", "/probe/things", null, null, Map.of("Token", vendor)).status())
                .isEqualTo(200);
        refused(
                api.send("GET", "/probe/things", vendor, null, Map.of("Token", vendor)),
                400,
                "MALFORMED");
    }

    @Test
    void aRequestIdThatIsNotSaneIsReplaced() {
        Reply reply =
                api.send("GET", "/probe/things", vendor, null, Map.of("X-Request-Id", "a b\"c"));
        assertThat(reply.header("X-Request-Id")).hasSize(36);
    }

    @Test
    void sqlInEveryStringFieldIsJustText() {
        String sql = "x'); DROP TABLE members.account; -- \\\\ \\\" $1 %s ${jndi:a}";
        Reply reply =
                create(
                        "{\"name\":\"" + sql + "\",\"amount\":1}",
                        Map.of("Idempotency-Key", "';DROP--"));
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.data().path("name").asText()).startsWith("x'); DROP TABLE");
    }
}
