package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.api.devices.DevicesApi;
import io.weir.edge.link.DoorLink;
import io.weir.edge.link.DoorLinkConfig;
import io.weir.edge.link.DoorLinkVerticle;
import io.weir.edge.link.FrameLine;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.model.problem.Rejected;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Has a gateway's certificate and the gateway's own software, and means ill. */
final class Thief implements AutoCloseable {
    private static final String JOURNAL = "thiefs-journal";

    private final Vertx vertx = Vertx.vertx();
    private final Health health = new Health();
    private final DoorLink link;
    private FrameLine line;

    private Thief(RemotePlatform platform, String gateway, Path token) {
        var config =
                new DoorLinkConfig(
                        platform.serverCertificate().toString(),
                        token.toString(),
                        Duration.ofSeconds(10),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        64,
                        Duration.ofDays(60));
        link =
                new DoorLink(
                        vertx,
                        URI.create("wss://127.0.0.1:" + platform.doorPort()),
                        gateway,
                        platform.data.resolve(gateway),
                        config,
                        new SystemTime(),
                        new Metrics(),
                        health);
        vertx.deployVerticle(new DoorLinkVerticle(link)).await();
        Wait.until("the thief is in", Duration.ofSeconds(20), link::up);
    }

    static Thief enrol(RemotePlatform platform, String gateway) throws java.io.IOException {
        Path token = platform.data.resolve(gateway + ".token");
        Files.writeString(token, platform.newToken(gateway));
        return new Thief(platform, gateway, token);
    }

    boolean up() {
        return link.up();
    }

    String trouble() {
        return String.valueOf(health.reports().get("link").detail().get("trouble"));
    }

    /** The code of the refusal, or the secret. */
    String lookup(String gateway, JsonNode device) {
        var ask =
                new DevicesApi.Lookup(
                        gateway,
                        device.get("product_key").asText(),
                        device.get("device_name").asText());
        return outcome(
                link.call(DevicesApi.LOOKUP, ask).map(c -> c.devices().getFirst().deviceSecret()));
    }

    String changes(String gateway) {
        var ask = new DevicesApi.ChangesSince(gateway, 0, 100);
        return outcome(
                link.call(DevicesApi.CHANGES, ask).map(c -> c.devices().size() + " devices"));
    }

    /** A device's property post in a frame of a gateway; false when the door hung up on it. */
    boolean post(String gateway, String device, long powerOnSeconds) throws Exception {
        if (line == null) {
            line = link.frames(JOURNAL, Lane.TELEMETRY);
        }
        byte[] payload =
                "{\"power_on_s\":%d}".formatted(powerOnSeconds).getBytes(StandardCharsets.UTF_8);
        long now = System.currentTimeMillis();
        var entry = new Entry(FactKind.PROPERTY_POST, device, 1, now, 1, "", payload);
        byte[] frame =
                FrameCodec.encode(
                        new Frame(gateway, JOURNAL, Lane.TELEMETRY, 0, 1, "boot", List.of(entry)));
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        line.send(Lane.TELEMETRY, 0, 1, frame, failure -> taken.complete(failure == null));
        return taken.get(10, TimeUnit.SECONDS);
    }

    private static String outcome(Future<String> asked) {
        try {
            return asked.await();
        } catch (Rejected e) {
            return e.code();
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
