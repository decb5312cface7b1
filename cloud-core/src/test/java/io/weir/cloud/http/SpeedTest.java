package io.weir.cloud.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.weir.model.access.Role;
import io.weir.runtime.json.Json;

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

    @Test
    void compiledChecksPerSecondArePrinted() {
        var bundle = ContractBundle.of(List.of("probe"));
        Operation create =
                Operations.compile(bundle, Probe.CONTEXT.routes()).stream()
                        .filter(o -> o.id().equals("createThing"))
                        .findFirst()
                        .orElseThrow();
        var body =
                Json.tree(
                        "{\"name\":\"x\",\"amount\":1.50,\"count\":3,\"tags\":[\"a\"],\"nested\":{\"a\":1}}");
        int rounds = 100_000;
        for (int warm = 0; warm < 3; warm++) {
            long began = System.nanoTime();
            for (int i = 0; i < rounds; i++) {
                if (!create.body().faults(body).isEmpty()) {
                    throw new AssertionError();
                }
            }
            double micros = (System.nanoTime() - began) / 1e3 / rounds;
            System.out.printf("one body check of 5 fields: %.2f us%n", micros);
        }
    }

    private static void run(HttpClientAgent client, String token, String path, int requests) {
        AtomicInteger left = new AtomicInteger(requests);
        Future.all(
                        IntStream.range(0, CONNECTIONS)
                                .mapToObj(
                                        i -> {
                                            Promise<Void> done = Promise.promise();
                                            next(client, token, path, left, done);
                                            return done.future();
                                        })
                                .toList())
                .await();
    }

    /**
     * One request after the other; a chain of composed futures would be as deep as the run is long.
     */
    private static void next(
            HttpClientAgent client,
            String token,
            String path,
            AtomicInteger left,
            Promise<Void> done) {
        if (left.getAndDecrement() <= 0) {
            done.complete();
            return;
        }
        var options =
                new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setURI(path)
                        .putHeader("Authorization", "Bearer " + token);
        client.request(options)
                .compose(request -> request.send())
                .compose(response -> response.body())
                .onSuccess(body -> next(client, token, path, left, done))
                .onFailure(done::fail);
    }
}
