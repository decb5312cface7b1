package io.weir.edge.ingest;

import io.vertx.core.Vertx;
import io.weir.api.devices.DevicesApi;
import io.weir.edge.FakeLink;
import io.weir.edge.FakeLog;
import io.weir.edge.GatewayRig;
import io.weir.edge.TestProducts;
import io.weir.edge.alink.AlinkServices;
import io.weir.edge.debug.Watches;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.downlink.Downlink;
import io.weir.edge.downlink.DownlinkConfig;
import io.weir.edge.downlink.DownlinkVerticle;
import io.weir.edge.guard.Guard;
import io.weir.edge.guard.GuardVerticle;
import io.weir.edge.guard.Limits;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.edge.registry.Lookups;
import io.weir.edge.registry.RegistryConfig;
import io.weir.edge.registry.RegistryVerticle;
import io.weir.model.problem.Rejected;
import io.weir.runtime.crypto.AlinkSign;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A gateway without transports: a test adds the one it is about. */
public final class TransportRig implements AutoCloseable {
    public final Vertx vertx = Vertx.vertx();
    public final FakeLog log = new FakeLog();
    public final FakeLink link = new FakeLink();
    public final GatewayRig.FakeInlet inlet = new GatewayRig.FakeInlet();
    public final Metrics metrics = new Metrics();
    public final DeviceLines lines = new DeviceLines();
    public final SystemTime time = new SystemTime();
    public final DeviceRegistry registry = new DeviceRegistry(time);
    public final Downlink downlink = new Downlink(vertx, lines, registry, new Watches(time));
    public final AlinkServices alink = new AlinkServices(log, downlink, inlet, time);
    public final Guard guard;
    public final Transport transport;

    public TransportRig(Path folder, String name) {
        guard = new Guard(Limits.none(), time, folder.resolve("guard"));
        var epoch = new AtomicLong();
        link.answer(DevicesApi.EPOCHS, q -> new DevicesApi.Epochs(epoch.getAndAdd(q.count()) + 1));
        link.answer(
                DevicesApi.CHANGES,
                q ->
                        q.since() >= 1
                                ? new DevicesApi.Changes(q.since(), false, List.of(), List.of())
                                : TestProducts.changes(
                                        1,
                                        TestProducts.device(TestProducts.DEVICE, TestProducts.DN),
                                        TestProducts.device("D-0002", "dev-02"),
                                        TestProducts.unusable("D-0003", "dev-03", "DISABLED")));
        link.answer(
                DevicesApi.LOOKUP,
                q -> {
                    throw Rejected.notFound("device");
                });
        Lookups lookups = new Lookups(registry, link, "gw-1", time);
        var config =
                new RegistryConfig(
                        Duration.ofMillis(200),
                        100,
                        folder.resolve("keys/edge.key").toString(),
                        30,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(30),
                        10);
        vertx.deployVerticle(new GuardVerticle(guard, time, metrics)).await();
        vertx.deployVerticle(
                        new RegistryVerticle(
                                config,
                                registry,
                                lookups,
                                link,
                                time,
                                metrics,
                                new Health(),
                                "gw-1",
                                folder.resolve("data")))
                .await();
        vertx.deployVerticle(
                        new DownlinkVerticle(
                                new DownlinkConfig(
                                        Duration.ofMillis(3000), 4, Duration.ofMillis(300)),
                                downlink,
                                lines,
                                registry,
                                link))
                .await();
        transport =
                Transport.of(name, alink, registry, lookups, lines, link, guard, metrics, "gw-1");
        GatewayRig.await(() -> registry.size() > 0);
    }

    /** The signature of a device under the client id {@code productKey.deviceName}. */
    public static String sign(String name, String secret) {
        return AlinkSign.SHA256.sign(
                secret,
                AlinkSign.content(
                        Map.of(
                                "clientId",
                                TestProducts.PK + "." + name,
                                "deviceName",
                                name,
                                "productKey",
                                TestProducts.PK)));
    }

    public double count(String name, String... tags) {
        return metrics.registry().get(name).tags(tags).counter().count();
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
