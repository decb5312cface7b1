package io.weir.edge;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.weir.api.devices.DevicesApi;
import io.weir.edge.alink.AlinkConfig;
import io.weir.edge.alink.AlinkServices;
import io.weir.edge.alink.AlinkTopic.Kind;
import io.weir.edge.alink.AlinkVerticle;
import io.weir.edge.alink.Questions;
import io.weir.edge.alink.TwinHandlers;
import io.weir.edge.alink.UserMessages;
import io.weir.edge.arrival.ArrivalConfig;
import io.weir.edge.arrival.ArrivalVerticle;
import io.weir.edge.arrival.Arrivals;
import io.weir.edge.configuration.ConfigurationDesk;
import io.weir.edge.debug.DebugConfig;
import io.weir.edge.debug.DebugVerticle;
import io.weir.edge.debug.Watches;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.downlink.Downlink;
import io.weir.edge.downlink.DownlinkConfig;
import io.weir.edge.downlink.DownlinkVerticle;
import io.weir.edge.download.DownloadDesk;
import io.weir.edge.download.DownloadTokens;
import io.weir.edge.download.DownloadsConfig;
import io.weir.edge.download.DownloadsVerticle;
import io.weir.edge.files.FileSend;
import io.weir.edge.guard.Guard;
import io.weir.edge.guard.GuardConfig;
import io.weir.edge.guard.GuardVerticle;
import io.weir.edge.guard.Limits;
import io.weir.edge.http.TokenKey;
import io.weir.edge.ingest.mqtt.MqttConfig;
import io.weir.edge.ingest.mqtt.MqttIngest;
import io.weir.edge.metering.CounterReport;
import io.weir.edge.metering.MeteringInlet;
import io.weir.edge.ota.OtaDesk;
import io.weir.edge.registry.DeviceRegistry;
import io.weir.edge.registry.Lookups;
import io.weir.edge.registry.RegistryConfig;
import io.weir.edge.registry.RegistryVerticle;
import io.weir.edge.script.RawReplyHandler;
import io.weir.edge.script.RawUpHandler;
import io.weir.edge.script.ScriptConfig;
import io.weir.edge.script.ScriptVerticle;
import io.weir.edge.script.ScriptedMessages;
import io.weir.edge.script.Scripts;
import io.weir.edge.subs.SubDevicesConfig;
import io.weir.edge.subs.SubDevicesVerticle;
import io.weir.edge.subs.SubLogins;
import io.weir.model.problem.Rejected;
import io.weir.model.time.Tick;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A gateway's device side on loopback: real server, real registry, fake journal, cloud, meter. */
public final class GatewayRig implements AutoCloseable {
    /** What the meter was told, in order. */
    public static final class FakeInlet implements MeteringInlet {
        public final List<CounterReport> reports = new CopyOnWriteArrayList<>();
        public final List<String> told = new CopyOnWriteArrayList<>();
        public final Set<String> open = ConcurrentHashMap.newKeySet();

        @Override
        public boolean wants(String deviceId) {
            return open.contains(deviceId);
        }

        @Override
        public void counters(CounterReport report) {
            reports.add(report);
        }

        @Override
        public void connected(String deviceId, long connection, long epoch, Tick at) {
            told.add("connected " + deviceId + " " + connection + " " + epoch);
        }

        @Override
        public void disconnected(String deviceId, long connection, Tick at) {
            told.add("disconnected " + deviceId + " " + connection);
        }

        @Override
        public void event(String device, long connection, String event, byte[] json, Tick at) {
            told.add("event " + event + " " + new String(json, StandardCharsets.UTF_8));
        }
    }

    private static final ScriptConfig SCRIPTS =
            new ScriptConfig(
                    1,
                    Duration.ofMillis(100),
                    200_000,
                    8 << 20,
                    16 << 20,
                    65_536,
                    4,
                    64,
                    1 << 20,
                    3,
                    Duration.ofMillis(1500),
                    2);

    public final Vertx vertx = Vertx.vertx();
    public final FakeLog log = new FakeLog();
    public final FakeLink link = new FakeLink();
    public final FakeInlet inlet = new FakeInlet();
    public final Metrics metrics = new Metrics();
    public final DeviceLines lines = new DeviceLines();
    public final SystemTime time = new SystemTime();
    public final DeviceRegistry registry = new DeviceRegistry(time);
    public final Downlink downlink = new Downlink(vertx, lines, registry, new Watches(time));
    public final int port = freePort();

    public final int httpPort = freePort();

    public final Guard guard;
    public final DownloadDesk downloads;
    public final Arrivals arrivals;
    public final AlinkServices alink;
    public final Lookups lookups;

    /** Small bounds, quick retries. */
    public static final DownloadsConfig DOWNLOADS =
            new DownloadsConfig(
                    8 << 20,
                    4 << 20,
                    2,
                    3,
                    2,
                    Duration.ofMillis(50),
                    Duration.ofMillis(200),
                    Duration.ofSeconds(2),
                    Duration.ofHours(1),
                    0,
                    8,
                    3,
                    Duration.ofMillis(700),
                    Duration.ofSeconds(1),
                    4);

    /** Room for three devices and a few messages of each. */
    public static final DebugConfig DEBUG =
            new DebugConfig(3, 64, 65_536, 1024, Duration.ofMinutes(1));

    /** No limits; a gateway at gw1.example. */
    public static final ArrivalConfig ARRIVAL =
            new ArrivalConfig(
                    "gw1.example",
                    0,
                    1000,
                    1000,
                    1000,
                    1000,
                    Duration.ofMillis(600),
                    Duration.ofDays(7),
                    4,
                    100);

    public GatewayRig(Path folder, MqttConfig config, int instances) {
        this(folder, config, Limits.none(), instances);
    }

    public GatewayRig(Path folder, MqttConfig config, GuardConfig limits, int instances) {
        guard = new Guard(limits, time, folder.resolve("guard"));
        link.answer(DevicesApi.EPOCHS, q -> new DevicesApi.Epochs(nextEpoch(q.count())));
        link.answer(
                DevicesApi.CHANGES,
                q ->
                        q.since() >= 1
                                ? new DevicesApi.Changes(q.since(), false, List.of(), List.of())
                                : TestProducts.changes(
                                        1,
                                        TestProducts.device(TestProducts.DEVICE, TestProducts.DN),
                                        TestProducts.device("D-0002", "dev-02"),
                                        TestProducts.unusable("D-0003", "dev-03", "DISABLED"),
                                        TestProducts.unusable(
                                                "D-0004", "dev-04", "NOT_CONFIRMED")));
        link.answer(
                DevicesApi.LOOKUP,
                q -> {
                    throw Rejected.notFound("device");
                });
        lookups = new Lookups(registry, link, "gw-1", time);
        RegistryConfig registryConfig =
                new RegistryConfig(
                        Duration.ofMillis(200),
                        100,
                        folder.resolve("keys/edge.key").toString(),
                        30,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(30),
                        10);
        var questions = new Questions(link, "gw-1");
        var scripts = new Scripts(vertx, metrics, time);
        downlink.translator(scripts);
        alink =
                new AlinkServices(log, downlink, inlet, time)
                        .on(Kind.ASK, questions)
                        .on(Kind.FILE_SEND, new FileSend(link, questions, "gw-1"))
                        .on(Kind.RAW_UP, new RawUpHandler(scripts, downlink))
                        .on(Kind.RAW_REPLY, new RawReplyHandler(scripts, downlink))
                        .on(Kind.MESSAGE, new ScriptedMessages(scripts, new UserMessages()));
        vertx.deployVerticle(new ScriptVerticle(SCRIPTS, scripts, metrics)).await();
        TwinHandlers.on(alink, questions, time);
        vertx.deployVerticle(new AlinkVerticle(new AlinkConfig(2, 8), questions, metrics)).await();
        var logins = new SubLogins(alink, registry, lookups, lines, guard, metrics);
        alink.on(Kind.SESSION, logins);
        vertx.deployVerticle(
                        new SubDevicesVerticle(new SubDevicesConfig(5, 4, 20), logins, metrics))
                .await();
        arrivals = new Arrivals(link, "gw-1", time, metrics, "127.0.0.1", 1883);
        vertx.deployVerticle(new ArrivalVerticle(ARRIVAL, arrivals, link)).await();
        downloads =
                new DownloadDesk(
                        new DownloadTokens(
                                TokenKey.load(folder.resolve("data/download-token.key")), registry),
                        registry,
                        arrivals,
                        httpPort,
                        time);
        OtaDesk ota = OtaDesk.on(alink, registry, downloads, questions, link, "gw-1");
        var configurations = new ConfigurationDesk(downloads, questions, downlink);
        alink.on(Kind.CONFIG_GET, configurations);
        vertx.deployVerticle(
                        new DownloadsVerticle(
                                DOWNLOADS,
                                downloads,
                                () -> {
                                    ota.serve(link);
                                    configurations.serve(link);
                                },
                                folder.resolve("data/downloads"),
                                1 << 20,
                                link,
                                "gw-1",
                                time,
                                metrics))
                .await();
        MqttIngest ingest =
                new MqttIngest(
                        alink,
                        registry,
                        lookups,
                        lines,
                        link,
                        metrics,
                        guard,
                        arrivals,
                        "gw-1",
                        "127.0.0.1",
                        folder.resolve("data"));
        vertx.deployVerticle(new GuardVerticle(guard, time, metrics)).await();
        vertx.deployVerticle(
                        new RegistryVerticle(
                                registryConfig,
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
                                        Duration.ofMillis(1500), 4, Duration.ofMillis(600)),
                                downlink,
                                lines,
                                registry,
                                link))
                .await();
        vertx.deployVerticle(
                        new DebugVerticle(DEBUG, downlink.watches(), lines, link, time, metrics))
                .await();
        MqttConfig onPort = withPort(config, port);
        try {
            vertx.deployVerticle(
                            () -> ingest.verticle(onPort),
                            new DeploymentOptions().setInstances(instances))
                    .await();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        await(() -> registry.size() > 0);
    }

    private long epoch;

    private synchronized long nextEpoch(int count) {
        long first = epoch + 1;
        epoch += count;
        return first;
    }

    public static MqttConfig config() {
        return new MqttConfig(
                1,
                "",
                false,
                0,
                "",
                "",
                262_144,
                1000,
                100,
                64,
                262_144,
                Duration.ofSeconds(1),
                30,
                1200,
                100,
                100,
                Duration.ofMillis(300),
                0,
                0,
                "",
                "",
                false,
                100,
                262_144,
                67_108_864,
                Duration.ofDays(7));
    }

    public static MqttConfig withPort(MqttConfig c, int port) {
        return new MqttConfig(
                port,
                c.bind(),
                c.plain(),
                c.tlsPort(),
                c.certFile(),
                c.keyFile(),
                c.maxMessageBytes(),
                c.maxConnections(),
                c.inFlightMax(),
                c.outboundMax(),
                c.outboundBytes(),
                c.connectTimeout(),
                c.keepAliveMin(),
                c.keepAliveMax(),
                c.connectBurst(),
                c.connectPerMinute(),
                c.epochWait(),
                c.wsPort(),
                c.wssPort(),
                c.clientCaFile(),
                c.clientCrlFile(),
                c.clientCertRequired(),
                c.queueMessages(),
                c.queueBytes(),
                c.queueTotalBytes(),
                c.queueKeep());
    }

    public static String topic(String name, String rest) {
        return "/sys/" + TestProducts.PK + "/" + name + "/thing/" + rest;
    }

    /** The password of a triple for the extension {@code |securemode=3,signmethod=hmacsha256|}. */
    public static String password(String cid, String name, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String content =
                    "clientId" + cid + "deviceName" + name + "productKey" + TestProducts.PK;
            return HexFormat.of().formatHex(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String clientId(String cid) {
        return cid + "|securemode=3,signmethod=hmacsha256|";
    }

    /** A raw client that has sent a right CONNECT as this device. */
    public RawMqtt dial(String name) {
        return new RawMqtt(port)
                .connect(
                        clientId("cid"),
                        name + "&" + TestProducts.PK,
                        password("cid", name, TestProducts.SECRET),
                        60);
    }

    /** The same, accepted. */
    public RawMqtt device(String name) {
        RawMqtt client = dial(name);
        if (client.connack() != 0) {
            throw new IllegalStateException("refused");
        }
        return client;
    }

    public double count(String name, String... tags) {
        return metrics.registry().get(name).tags(tags).counter().count();
    }

    public static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 8_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come true within 8 s");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public static int freePort() {
        try (ServerSocket s = new ServerSocket(0)) {
            return s.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
