package io.weir.edge.download;

import static io.weir.edge.GatewayRig.await;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.weir.api.download.DownloadApi;
import io.weir.edge.FakeLink;
import io.weir.edge.GatewayRig;
import io.weir.model.problem.Rejected;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;

/** The cache on a real disk, before a cloud that fails in every way it can. */
class PackageStoreTest {
    private static final int BLOCK = DownloadApi.BLOCK_BYTES;
    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final FakeLink link = new FakeLink();
    private final Metrics metrics = new Metrics();
    private final CloudContents cloud = new CloudContents(link);
    private final DownloadDesk desk = new DownloadDesk(null, null, null, 1, new SystemTime());

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    /** As after a start: what is in the folder is all that it knows. */
    private PackageStore start() {
        return start(1 << 20);
    }

    private PackageStore start(long reserve) {
        vertx.deployVerticle(
                        new DownloadsVerticle(
                                GatewayRig.DOWNLOADS,
                                desk,
                                () -> {},
                                folder,
                                reserve,
                                link,
                                "gw-1",
                                new SystemTime(),
                                metrics))
                .await();
        return desk.store();
    }

    private static Lease take(PackageStore store, Content content, String device) {
        try {
            return store.take(content, device).toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private static void same(PackageStore store, Lease lease, Content content) {
        byte[] read =
                store.read(lease, 0, (int) lease.size())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        assertThat(read).isEqualTo(CloudContents.bytes(content.id(), (int) content.size()));
    }

    private double fetches(String result) {
        return metrics.registry().counter("weir.download.fetches", "result", result).count();
    }

    private Path file(Content content) {
        return folder.resolve(ContentFiles.name(content));
    }

    private Path part(Content content) {
        return folder.resolve(ContentFiles.name(content) + ".part");
    }

    @Test
    void aContentIsFetchedOnceForManyDevices() {
        PackageStore store = start();
        Content content = cloud.add("one", 10 * BLOCK + 17);
        var takes = new ArrayList<io.vertx.core.Future<Lease>>();
        for (int i = 0; i < 50; i++) {
            takes.add(store.take(content, "D-" + i));
        }
        for (var t : takes) {
            try (Lease lease = t.toCompletionStage().toCompletableFuture().join()) {
                assertThat(lease.size()).isEqualTo(content.size());
            }
        }
        assertThat(cloud.asked).hasSize(11);
        assertThat(cloud.asked).allMatch(q -> q.gateway().equals("gw-1"));
        try (Lease lease = take(store, content, "D-99")) {
            same(store, lease, content);
        }
        assertThat(cloud.asked).hasSize(11);
        Content empty = cloud.add("empty", 0);
        try (Lease lease = take(store, empty, "D-1")) {
            assertThat(lease.size()).isZero();
        }
    }

    @Test
    void anotherDevicesNameIsTriedWhenTheCloudRefusesOne() {
        PackageStore store = start();
        Content content = cloud.add("one", 3 * BLOCK);
        cloud.refused.add("D-1");
        cloud.away = true;
        var first = store.take(content, "D-1");
        var second = store.take(content, "D-2");
        await(() -> !cloud.asked.isEmpty());
        cloud.away = false;
        second.toCompletionStage().toCompletableFuture().join().close();
        first.toCompletionStage().toCompletableFuture().join().close();
        Content other = cloud.add("two", BLOCK);
        assertThatThrownBy(() -> take(store, other, "D-1"))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.code()).isEqualTo("FORBIDDEN"));
        take(store, other, "D-3").close();
    }

    @Test
    void aWrongDigestIsThrownAwayAndTriedAnew() {
        PackageStore store = start();
        Content content = cloud.add("one", 2 * BLOCK + 5);
        cloud.lies = true;
        assertThatThrownBy(() -> take(store, content, "D-1"))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.code()).isEqualTo("UNAVAILABLE"));
        assertThat(file(content)).doesNotExist();
        assertThat(fetches("damaged")).isGreaterThan(1);
        assertThat(fetches("whole")).isZero();
        cloud.lies = false;
        await(() -> Files.exists(file(content)));
        try (Lease lease = take(store, content, "D-1")) {
            same(store, lease, content);
        }
    }

    @Test
    void aFetchGoesOnWhereItWasWhenTheCloudIsBackAndAfterARestart() throws IOException {
        Content content = cloud.add("one", 8 * BLOCK);
        byte[] bytes = CloudContents.bytes("one", 8 * BLOCK);
        Files.write(part(content), Arrays.copyOf(bytes, 5 * BLOCK + 100));
        PackageStore store = start();
        cloud.away = true;
        assertThatThrownBy(() -> take(store, content, "D-1")).isInstanceOf(Rejected.class);
        cloud.asked.clear();
        cloud.away = false;
        await(() -> Files.exists(file(content)));
        try (Lease lease = take(store, content, "D-1")) {
            same(store, lease, content);
        }
        assertThat(cloud.asked).allMatch(q -> q.offset() >= 5L * BLOCK);
        assertThat(part(content)).doesNotExist();
    }

    @Test
    void nothingThatAKillLeftIsTakenForWhole() throws IOException {
        Content torn = cloud.add("torn", 4 * BLOCK);
        Files.write(part(torn), new byte[3 * BLOCK]);
        Content full = cloud.add("full", 2 * BLOCK);
        Files.write(part(full), new byte[2 * BLOCK]);
        Content rotten = cloud.add("rotten", 3 * BLOCK);
        Files.write(file(rotten), new byte[3 * BLOCK]);
        Content cut = cloud.add("cut", 3 * BLOCK);
        Files.write(file(cut), Arrays.copyOf(CloudContents.bytes("cut", 3 * BLOCK), BLOCK));
        Files.writeString(folder.resolve("notes.txt"), "not ours");
        PackageStore store = start();
        for (Content content : List.of(torn, full, rotten, cut)) {
            await(
                    () -> {
                        try (Lease lease = take(store, content, "D-1")) {
                            same(store, lease, content);
                            return true;
                        } catch (Rejected e) {
                            return false;
                        }
                    });
        }
        assertThat(fetches("spoiled")).isEqualTo(2);
        assertThat(fetches("damaged")).isEqualTo(2);
        assertThat(folder.resolve("notes.txt")).exists();
    }

    @Test
    void theEldestGoesButNeverOneThatIsBeingSent() {
        PackageStore store = start();
        int size = 3 << 20;
        Content a = cloud.add("a", size);
        Content b = cloud.add("b", size);
        Content c = cloud.add("c", size);
        Lease sending = take(store, a, "D-1");
        take(store, b, "D-1").close();
        take(store, c, "D-1").close();
        await(() -> !Files.exists(file(b)));
        assertThat(file(a)).exists();
        assertThat(file(c)).exists();
        same(store, sending, a);
        Lease also = take(store, c, "D-1");
        assertThatThrownBy(() -> take(store, b, "D-1")).isInstanceOf(Rejected.class);
        sending.close();
        sending.close();
        await(() -> Files.exists(file(b)));
        assertThat(file(a)).doesNotExist();
        also.close();
    }

    @Test
    void aDiskWithoutRoomFailsTheDownloadAndHealsWhenThereIsSome() throws IOException {
        long usable = Files.getFileStore(folder).getUsableSpace();
        PackageStore store = start(usable + (1L << 40));
        Content content = cloud.add("one", 4 * BLOCK);
        assertThatThrownBy(() -> take(store, content, "D-1"))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.code()).isEqualTo("UNAVAILABLE"));
        assertThat(cloud.asked).isEmpty();
        assertThat(fetches("failed")).isPositive();
        take(start(), content, "D-1").close();
    }

    @Test
    void onlySoManyWaitToBeFetched() {
        PackageStore store = start();
        link.answer(DownloadApi.FIRMWARE, q -> null);
        for (int i = 0; i < 4; i++) {
            store.begin(cloud.add("c" + i, BLOCK), "D-1");
        }
        assertThatThrownBy(() -> take(store, cloud.add("one more", BLOCK), "D-1"))
                .hasMessageContaining("too many contents");
    }
}
