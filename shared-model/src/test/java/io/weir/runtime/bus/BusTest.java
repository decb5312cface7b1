package io.weir.runtime.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class BusTest {
    record Ask(long waitMs, boolean fail) {}

    private static final Op<Ask, Done> OP = Op.of("test.wait.v1", Ask.class, Done.class);

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private void serve() {
        var verticle =
                new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        bus.serve(
                                OP,
                                (call, ask) -> {
                                    vertx.timer(ask.waitMs()).await();
                                    if (ask.fail()) {
                                        Future.failedFuture("no stack, no RuntimeException")
                                                .await();
                                    }
                                    return Done.DONE;
                                });
                        return Future.succeededFuture();
                    }
                };
        vertx.deployVerticle(
                        verticle,
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
    }

    @Test
    void aSlowAnswerHoldsNobodyElseUp() {
        serve();
        long began = System.nanoTime();
        var answers =
                IntStream.range(0, 50)
                        .mapToObj(i -> bus.call(OP, new Ask(300, false), Call.system("t")))
                        .toList();
        Future.all(answers).await();
        assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(3000);
    }

    @Test
    void whateverAHandlerDiesOfTheCallerGetsAnAnswer() {
        serve();
        assertThatThrownBy(() -> bus.call(OP, new Ask(1, true), Call.system("t")).await())
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.code()).isEqualTo("INTERNAL"));
    }

    @Test
    void aQuestionThatNobodyServesIsUnavailable() {
        assertThatThrownBy(() -> bus.call(OP, new Ask(1, false), Call.system("t")).await())
                .isInstanceOfSatisfying(Rejected.class, r -> assertThat(r.status()).isEqualTo(503));
    }
}
