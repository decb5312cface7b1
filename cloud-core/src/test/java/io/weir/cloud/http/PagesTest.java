package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.openapi.contract.OpenAPIContract;
import io.weir.cloud.Contexts;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.Map;

class PagesTest {
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        RouterExtension extra =
                (root, guard) -> {
                    var route = root.get("/streams/probe");
                    guard.protect(route, "createGroup"); // for members alone
                    route.handler(c -> c.response().end(Guard.actor(c).uid()));
                };
        api.api(ApiFixture.CONFIG, Contexts.ALL, extra);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static void open(Router root, Guard guard) {
        guard.protect(root.get("/streams/open"), "login");
    }

    @Test
    void theBundledContractIsServedAndIsValidOpenApi() {
        Reply reply = api.get("/openapi.json", null);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(reply.json().toString()).doesNotContain("urn:weir");
        var contract =
                OpenAPIContract.from(api.vertx, new JsonObject(reply.json().toString())).await();
        assertThat(contract.operations()).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void theDocsComeFromHereAndNothingFromElsewhere() {
        Reply page = api.get("/docs", null);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .contains("script-src 'self'");
        String html = new String(page.raw().body());
        assertThat(html).doesNotContain("http://").doesNotContain("https://");
        java.util.regex.Pattern.compile("(?:src|href)=\"([^\"]+)\"")
                .matcher(html)
                .results()
                .forEach(
                        m ->
                                assertThat(api.get(m.group(1), null).status())
                                        .as(m.group(1))
                                        .isEqualTo(200));
        assertThat(api.get("/webjars/lit-html/lit-html.js", null).header("Content-Type"))
                .startsWith("text/javascript");
    }

    @Test
    void aFileIsRevalidatedByItsTagAndNoPathLeadsOut() {
        Reply first = api.get("/web/docs/docs.js", null);
        Reply again =
                api.send(
                        "GET",
                        "/web/docs/docs.js",
                        null,
                        null,
                        Map.of("If-None-Match", first.header("ETag")));
        assertThat(again.status()).isEqualTo(304);
        for (String path :
                new String[] {
                    "/web/../contract/common.yaml", "/web/%2e%2e/contract/common.yaml",
                            "/web/docs/..%2f..%2flogback.xml",
                    "/webjars/swagger-ui/../../../maven", "/web/", "/web/nothing.js"
                }) {
            assertThat(api.get(path, null).status()).as(path).isEqualTo(404);
        }
    }

    @Test
    @Tag("shows:A-026")
    void whereReferralCodesLeadThereIsAPage() {
        Reply page = api.get("/register?vid=00000000000000AB&rid=DEMO0000000000000001", null);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy")).isEqualTo(StaticFiles.STRICT);
        for (String part : new String[] {"register.js", "register.css", "words.js"}) {
            assertThat(api.get("/web/register/" + part, null).status()).as(part).isEqualTo(200);
        }
        assertThat(new String(page.raw().body())).contains("/web/register/register.js");
    }

    @Test
    void anExtensionStandsBehindTheSameGuard() {
        assertThatThrownBy(() -> api.api(ApiFixture.CONFIG, Contexts.ALL, PagesTest::open))
                .hasMessageContaining("nobody is kept out by login");
        assertThat(
                        api.send(
                                        "GET",
                                        "/streams/probe",
                                        null,
                                        null,
                                        Map.of("Token", api.token(Role.MEMBER, "/DEMO/")))
                                .status())
                .as("OMS's header")
                .isEqualTo(200);
        assertThat(api.get("/streams/probe", null).status()).isEqualTo(401);
        assertThat(api.get("/streams/probe", api.token(Role.VENDOR, "/DEMO/")).status())
                .isEqualTo(403);
        assertThat(api.get("/streams/probe", api.token(Role.MEMBER, "/DEMO/")).status())
                .isEqualTo(200);
    }
}
