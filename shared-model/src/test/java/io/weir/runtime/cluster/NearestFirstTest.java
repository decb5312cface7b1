package io.weir.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.SystemTime;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two nodes that serve the same: a question stays where it was put, if it can be answered there.
 */
class NearestFirstTest {
    record Ask(int number) {}

    private static final String HOST = "127.0.0.1";
    private static final Op<Ask, Done> OP = Op.of("test.nearest.v1", Ask.class, Done.class);
    private static final int QUESTIONS = 20;

    private final List<Integer> ports = List.of(freePort(), freePort());

    @Test
    void anotherNodeIsAskedOnlyWhereNobodyServesHere() throws Exception {
        var first = new CompletableFuture<Vertx>();
        var second = new CompletableFuture<Vertx>();
        try (ClusterNode one = node("one", 0, first);
                ClusterNode two = node("two", 1, second)) {
            one.start();
            Bus here = new Bus(first.get(30, TimeUnit.SECONDS));
            two.start();
            Bus there = new Bus(second.get(30, TimeUnit.SECONDS));
            AtomicInteger answeredThere = serve(there);
            ask(here);
            assertThat(answeredThere).hasValue(QUESTIONS);
            AtomicInteger answeredHere = serve(here);
            ask(here);
            assertThat(answeredThere).hasValue(QUESTIONS);
            assertThat(answeredHere).hasValue(QUESTIONS);
        }
    }

    private static AtomicInteger serve(Bus bus) throws Exception {
        AtomicInteger answered = new AtomicInteger();
        bus.serveAsync(
                        OP,
                        (call, ask) -> {
                            answered.incrementAndGet();
                            return Future.succeededFuture(Done.DONE);
                        })
                .completion()
                .await(10, TimeUnit.SECONDS);
        return answered;
    }

    private static void ask(Bus bus) throws Exception {
        for (int i = 0; i < QUESTIONS; i++) {
            bus.call(OP, new Ask(i), Call.system("t")).await(10, TimeUnit.SECONDS);
        }
    }

    private ClusterNode node(String name, int index, CompletableFuture<Vertx> up) {
        List<String> members = ports.stream().map(port -> HOST + ":" + port).toList();
        return new ClusterNode(
                new ClusterSettings(name, HOST, ports.get(index), members, false),
                new SystemTime(),
                new ClusterNode.Listener() {
                    @Override
                    public void up(Vertx clustered) {
                        up.complete(clustered);
                    }

                    @Override
                    public void down(Vertx clustered) {}
                });
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
