package io.weir.cloud.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.weir.model.access.Role;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Prints how fast the pipeline is; asserts nothing, the machine is shared. */
class SpeedTest {
    private static final int CONNECTIONS = 16;

    @Test
    void requestsPerSecondThroughTheWholePipelineArePrinted() {
        try (ApiFixture api = new ApiFixture()) {
            api.api(ApiFixture.CONFIG, List.of(Probe.CONTEXT)).context(new Probe(api.bus));
            HttpClientAgent client =
                    api.vertx.createHttpClient(
                            new HttpClientOptions().setDefaultPort(api.port),
                            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
            String token = api.token(Role.VENDOR, "/DEMO/");
            String path = "/probe/things?limit=10&offset=5&order=asc&label=abc";
            run(client, token, path, 4000);
            long began = System.nanoTime();
            int requests = 8000;
            run(client, token, path, requests);
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "validated operation with token over the bus: %.0f req/s, client and server in"
                        + " one JVM%n",
                    requests / seconds);
        }
    }

    private static void run(HttpClientAgent client, String token, String path, int requests) {
        AtomicInteger left = new AtomicInteger(requests);
        Future.all(
                        IntStream.range(0, CONNECTIONS)
                                .mapToObj(i -> next(client, token, path, left))
                                .toList())
                .await();
    }

    private static Future<Void> next(
            HttpClientAgent client, String token, String path, AtomicInteger left) {
        if (left.getAndDecrement() <= 0) {
            return Future.succeededFuture();
        }
        var options =
                new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setURI(path)
                        .putHeader("Authorization", "Bearer " + token);
        return client.request(options)
                .compose(request -> request.send())
                .compose(response -> response.body())
                .compose(body -> next(client, token, path, left));
    }
}
