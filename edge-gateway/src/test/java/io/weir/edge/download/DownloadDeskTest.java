package io.weir.edge.download;

import static io.weir.edge.TestProducts.DEVICE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.edge.GatewayRig;
import io.weir.edge.arrival.ArrivalConfig;
import io.weir.edge.arrival.ArrivalVerticle;
import io.weir.edge.arrival.Arrivals;
import io.weir.edge.http.TokenKey;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;

/** The addresses that devices are told, and what is never offered to them. */
class DownloadDeskTest {
    @TempDir Path folder;
    private GatewayRig rig;
    private CloudContents cloud;

    @BeforeEach
    void start() {
        rig = new GatewayRig(folder, GatewayRig.config(), 1);
        cloud = new CloudContents(rig.link);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /** Of a gateway without a public host. */
    private DownloadDesk listening(String host, int httpPort) {
        var arrivals = new Arrivals(rig.link, "gw-1", rig.time, rig.metrics, host, 1883);
        var config =
                new ArrivalConfig(
                        "", 0, 1, 1, 1, 1, Duration.ofSeconds(1), Duration.ofDays(1), 1, 1);
        rig.vertx.deployVerticle(new ArrivalVerticle(config, arrivals, rig.link)).await();
        var key = TokenKey.load(folder.resolve("data/download-token.key"));
        var desk =
                new DownloadDesk(
                        new DownloadTokens(key, rig.registry),
                        rig.registry,
                        arrivals,
                        httpPort,
                        rig.time);
        desk.open(rig.downloads.store(), rig.downloads.config());
        return desk;
    }

    private static void refused(DownloadDesk desk, Content content, String code, String why) {
        assertThatThrownBy(() -> desk.address(DEVICE, content))
                .isInstanceOfSatisfying(Rejected.class, r -> assertThat(r.code()).isEqualTo(code))
                .hasMessageContaining(why);
    }

    @Test
    void anAddressSaysWhereTheGatewayIsOrThereIsNone() {
        Content content = cloud.add("c", 100);
        assertThat(listening("192.0.2.7", 8081).address(DEVICE, content))
                .startsWith("http://192.0.2.7:8081/download/");
        assertThat(listening("2001:db8::7", 8081).address(DEVICE, content))
                .startsWith("http://[2001:db8::7]:8081/download/");
        refused(listening("0.0.0.0", 8081), content, "UNAVAILABLE", "arrival.publicHost");
        refused(listening("::", 8081), content, "UNAVAILABLE", "arrival.publicHost");
        refused(listening("192.0.2.7", 0), content, "UNAVAILABLE", "no HTTP");
        DownloadDesk starting = new DownloadDesk(null, rig.registry, null, 1, rig.time);
        refused(starting, content, "UNAVAILABLE", "starting");
    }

    @Test
    void whatCannotBeIsNotOffered() {
        Content fine = cloud.add("c", 100);
        var source = Content.Source.FIRMWARE;
        String sha = fine.sha256();
        refused(rig.downloads, new Content(source, "c", -1, sha), "INVALID", "size");
        refused(rig.downloads, new Content(source, "c", (4 << 20) + 1, sha), "INVALID", "size");
        refused(rig.downloads, new Content(source, "c", 1, "../../x"), "INVALID", "sha256");
        refused(rig.downloads, new Content(source, "c", 1, sha + "0"), "INVALID", "sha256");
        refused(rig.downloads, new Content(source, "", 1, sha), "INVALID", "empty");
        refused(rig.downloads, new Content(source, "c".repeat(128), 1, sha), "INVALID", "long");
        refused(rig.downloads, new Content(source, "c".repeat(127), 1, sha), "INVALID", "long");
    }
}
