package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The listener for OMS alone (O-004). */
class OmsDoorTest {
    private final Vertx vertx = Vertx.vertx();
    private int port;

    @BeforeEach
    void open() {
        Router all = Router.router(vertx);
        all.route().handler(c -> c.response().end("served " + c.normalizedPath()));
        port =
                vertx.createHttpServer()
                        .requestHandler(OmsDoor.before(all, vertx))
                        .listen(0, "127.0.0.1")
                        .await()
                        .actualPort();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private String ask(String path) {
        return vertx.createHttpClient()
                .request(HttpMethod.POST, port, "127.0.0.1", path)
                .compose(r -> r.send())
                .compose(r -> r.body().map(b -> r.statusCode() + " " + b))
                .await();
    }

    @Test
    @Tag("shows:O-004")
    void omsAloneIsLetThrough() {
        assertThat(ask("/oms/product/list")).isEqualTo("200 served /oms/product/list");
        assertThat(ask("/pms/system/service/list")).startsWith("200 ");
        for (String path :
                new String[] {"/users", "/oms", "/omsx/a", "/oms/../users", "/openapi.json"}) {
            assertThat(ask(path)).as(path).startsWith("404 ").contains("\"code\":\"NOT_FOUND\"");
        }
    }

    @Test
    void anAddressIsAHostAndAPort() {
        assertThat(with("0.0.0.0:36002").omsBindAddress()).isEqualTo("0.0.0.0:36002");
        assertThat(with("").omsBindAddress()).isEmpty();
        for (String wrong : new String[] {"36002", "http://a:1", "a:x", " :1"}) {
            assertThatThrownBy(() -> with(wrong)).hasMessageContaining("omsBindAddress");
        }
    }

    private static ApiConfig with(String address) {
        ApiConfig c = ApiFixture.CONFIG;
        return new ApiConfig(
                c.port(),
                c.bind(),
                address,
                c.bodyLimitBytes(),
                c.maxConcurrent(),
                c.requestTimeout(),
                c.idleTimeout(),
                c.callerPerSecond(),
                c.callerBurst(),
                c.addressPerSecond(),
                c.addressBurst(),
                c.trustForwarded(),
                c.revocationPoll(),
                c.revocationStale(),
                c.idempotencyKept(),
                c.idempotencyWait(),
                c.drain());
    }
}
