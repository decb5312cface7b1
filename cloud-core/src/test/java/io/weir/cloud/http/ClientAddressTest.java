package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/** A client can't choose the address that it is limited by. */
class ClientAddressTest {
    private final Vertx vertx = Vertx.vertx();
    private int port;

    @BeforeEach
    void open() {
        Router router = Router.router(vertx);
        router.get("/trusting").handler(c -> c.response().end(ClientAddress.of(c, true)));
        router.get("/not").handler(c -> c.response().end(ClientAddress.of(c, false)));
        port =
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .await()
                        .actualPort();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private String ask(String path, String... forwarded) {
        return vertx.createHttpClient()
                .request(HttpMethod.GET, port, "127.0.0.1", path)
                .compose(
                        r ->
                                r.putHeader(
                                                "X-Forwarded-For",
                                                (Iterable<String>) List.of(forwarded))
                                        .send())
                .compose(r -> r.body().map(Object::toString))
                .await();
    }

    @Test
    void onlyWhatTheProxyAddedLastIsBelieved() {
        assertThat(ask("/not", "1.2.3.4")).isEqualTo("127.0.0.1");
        assertThat(ask("/trusting", "1.2.3.4")).isEqualTo("1.2.3.4");
        assertThat(ask("/trusting", "9.9.9.9, 1.2.3.4")).isEqualTo("1.2.3.4");
        assertThat(ask("/trusting", "9.9.9.9", "1.2.3.4")).isEqualTo("1.2.3.4");
        assertThat(ask("/trusting", "1.2.3.4, not an address")).isEqualTo("127.0.0.1");
    }

    @Test
    void aNetworkOfIpv6IsOneClient() {
        assertThat(ask("/trusting", "2001:db8:1:2:3:4:5:6"))
                .isEqualTo(ask("/trusting", "2001:db8:1:2::9"))
                .isNotEqualTo(ask("/trusting", "2001:db8:1:3::9"));
    }
}
