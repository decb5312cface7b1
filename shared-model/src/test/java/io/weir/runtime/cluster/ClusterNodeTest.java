package io.weir.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.weir.runtime.time.SystemTime;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class ClusterNodeTest {
    private static final String HOST = "127.0.0.1";

    private final int dataPort = freePort();
    private final int litePort = freePort();

    /**
     * Else it is in the way of the data member, which then waits 20 s for a master that is gone.
     */
    @Test
    void anEdgeThatStartsFirstWaitsForTheCloudAndThenBothJoinAtOnce() throws Exception {
        CountDownLatch edgeUp = new CountDownLatch(1);
        CountDownLatch cloudUp = new CountDownLatch(1);
        try (ClusterNode edge = node("edge", litePort, true, edgeUp)) {
            edge.start();
            assertThat(edgeUp.await(3, TimeUnit.SECONDS)).isFalse();
            assertThat(edge.builds()).isZero();
            try (ClusterNode cloud = node("cloud", dataPort, false, cloudUp)) {
                cloud.start();
                assertThat(cloudUp.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(edgeUp.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(cloud.builds()).isEqualTo(1);
            }
        }
    }

    /** The cloud's port was open for a moment, then it took its time to join. */
    @Test
    void anEdgeThatIsFirstAfterAllHoldsOutUntilTheCloudHasJoinedIt() throws Exception {
        CountDownLatch edgeUp = new CountDownLatch(1);
        CountDownLatch cloudUp = new CountDownLatch(1);
        try (ClusterNode edge = node("edge", litePort, true, edgeUp)) {
            try (ServerSocket open = new ServerSocket(dataPort)) {
                edge.start();
                open.accept().close();
            }
            assertThat(edgeUp.await(5, TimeUnit.SECONDS)).isFalse();
            try (ClusterNode cloud = node("cloud", dataPort, false, cloudUp)) {
                cloud.start();
                assertThat(cloudUp.await(15, TimeUnit.SECONDS)).isTrue();
                assertThat(edgeUp.await(15, TimeUnit.SECONDS)).isTrue();
                assertThat(cloud.builds()).isEqualTo(1);
                assertThat(edge.builds()).isEqualTo(1);
            }
        }
    }

    private ClusterNode node(String name, int port, boolean lite, CountDownLatch up) {
        List<String> members = List.of(HOST + ":" + dataPort, HOST + ":" + litePort);
        return new ClusterNode(
                new ClusterSettings(name, HOST, port, members, lite),
                new SystemTime(),
                new ClusterNode.Listener() {
                    @Override
                    public void up(Vertx clustered) {
                        up.countDown();
                    }

                    @Override
                    public void down(Vertx clustered) {}
                });
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
