package io.weir.edge;

import io.vertx.core.Vertx;
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
import io.weir.edge.forward.ForwarderConfig;
import io.weir.edge.forward.ForwarderVerticle;
import io.weir.edge.guard.Guard;
import io.weir.edge.guard.GuardConfig;
import io.weir.edge.guard.GuardRoutes;
import io.weir.edge.guard.GuardVerticle;
import io.weir.edge.http.ArrivalPart;
import io.weir.edge.http.AuthPart;
import io.weir.edge.http.Doorstep;
import io.weir.edge.http.DownloadPart;
import io.weir.edge.http.EdgeHttpConfig;
import io.weir.edge.http.EdgeHttpVerticle;
import io.weir.edge.http.HttpIngest;
import io.weir.edge.http.HttpPart;
import io.weir.edge.http.TokenKey;
import io.weir.edge.http.TopicPart;
import io.weir.edge.ingest.Transport;
import io.weir.edge.ingest.coap.CoapIngest;
import io.weir.edge.ingest.coap.CoapIngestConfig;
import io.weir.edge.ingest.mqtt.MqttConfig;
import io.weir.edge.ingest.mqtt.MqttIngest;
import io.weir.edge.ingest.tcp.TcpConfig;
import io.weir.edge.ingest.tcp.TcpIngest;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.journal.FileDisk;
import io.weir.edge.journal.JournalConfig;
import io.weir.edge.link.CloudLink;
import io.weir.edge.link.DoorLinkConfig;
import io.weir.edge.link.DoorLinkVerticle;
import io.weir.edge.metering.MeteringConfig;
import io.weir.edge.metering.MeteringGate;
import io.weir.edge.metering.MeteringVerticle;
import io.weir.edge.ota.OtaDesk;
import io.weir.edge.quota.QuotaConfig;
import io.weir.edge.quota.QuotaVerticle;
import io.weir.edge.quota.SliceGate;
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
import io.weir.model.fact.Lane;
import io.weir.runtime.config.NodeSettings;
import io.weir.runtime.deploy.Deployer;
import io.weir.runtime.deploy.Descriptor;
import io.weir.runtime.deploy.VerticleRegistry;
import io.weir.runtime.health.Health;
import io.weir.runtime.management.ManagementConfig;
import io.weir.runtime.management.ManagementVerticle;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.SystemTime;
import io.weir.runtime.time.Time;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The edge's part of one process: what its verticles share, on a local, never clustered Vert.x
 * instance. It starts and serves known devices with no cloud in sight; the link comes and goes by
 * itself.
 */
public final class EdgeNode {
    /** The role of verticles.json that has everything of the edge. */
    public static final String ROLE = "edge";

    private final NodeSettings settings;
    private final Map<String, String> env;
    private final Descriptor descriptor;
    private final Vertx vertx;
    private final EdgeLink way;
    private final Time time;
    private final Metrics metrics;
    private final Health health;

    /**
     * @param settings its node is the gateway's name, its role the edge's
     */
    public EdgeNode(
            NodeSettings settings,
            Map<String, String> env,
            Descriptor descriptor,
            Vertx vertx,
            EdgeLink way,
            Metrics metrics,
            Health health) {
        this.settings = settings;
        this.env = env;
        this.descriptor = descriptor;
        this.vertx = vertx;
        this.way = way;
        this.time = new SystemTime();
        this.metrics = metrics;
        this.health = health;
    }

    /** Deploys the role; blocks until all is up. */
    public Deployer deploy() {
        Deployer deployer = new Deployer(vertx, registry(), env);
        deployer.deploy(descriptor.role(settings.role()), settings.verticles());
        return deployer;
    }

    /** Every name that may stand in the edge's roles. */
    public VerticleRegistry registry() {
        String gateway = settings.node();
        CloudLink link = way.link();
        Path data = settings.data().resolve(ROLE);
        DiskJournal journal = journal(data, gateway);
        var devices = new DeviceRegistry(time);
        var lookups = new Lookups(devices, link, gateway, time);
        var lines = new DeviceLines();
        var downlink = new Downlink(vertx, lines, devices, new Watches(time));
        var gate = new MeteringGate();
        var slices =
                new SliceGate(
                        descriptor.config(settings.role(), "quota", QuotaConfig.class, env),
                        descriptor
                                .config(settings.role(), "registry", RegistryConfig.class, env)
                                .keyFile(),
                        data);
        var guard = guard(data);
        var questions = new Questions(link, gateway);
        var scripts = new Scripts(vertx, metrics, time);
        downlink.translator(scripts);
        var alink =
                new AlinkServices(journal, downlink, gate, time)
                        .on(Kind.ASK, questions)
                        .on(Kind.FILE_SEND, new FileSend(link, questions, gateway))
                        .on(Kind.RAW_UP, new RawUpHandler(scripts, downlink))
                        .on(Kind.RAW_REPLY, new RawReplyHandler(scripts, downlink))
                        .on(Kind.MESSAGE, new ScriptedMessages(scripts, new UserMessages()));
        TwinHandlers.on(alink, questions, time);
        var logins = new SubLogins(alink, devices, lookups, lines, guard, metrics);
        alink.on(Kind.SESSION, logins);
        var arrivals = arrivals(link, gateway);
        var posts =
                new HttpIngest(
                        alink, devices, lookups, lines, link, metrics, guard, arrivals, gateway,
                        data);
        var limits = descriptor.config(settings.role(), "edge-http", EdgeHttpConfig.class, env);
        var downloads =
                new DownloadDesk(
                        new DownloadTokens(
                                TokenKey.load(data.resolve("download-token.key")), devices),
                        devices,
                        arrivals,
                        limits.port(),
                        time);
        var ota = OtaDesk.on(alink, devices, downloads, questions, link, gateway);
        var configurations = new ConfigurationDesk(downloads, questions, downlink);
        alink.on(Kind.CONFIG_GET, configurations);
        List<HttpPart> http =
                List.of(
                        new Doorstep(guard),
                        new AuthPart(posts),
                        new TopicPart(posts, limits.bodyBytes()),
                        new ArrivalPart(arrivals, guard),
                        new DownloadPart(downloads, guard, time, metrics));
        var httpOpen = new AtomicInteger();
        var mqtt =
                new MqttIngest(
                        alink,
                        devices,
                        lookups,
                        lines,
                        link,
                        metrics,
                        guard,
                        arrivals,
                        gateway,
                        settings.bind(),
                        data);
        var tcp =
                new TcpIngest(
                        Transport.of(
                                "tcp", alink, devices, lookups, lines, link, guard, metrics,
                                gateway),
                        settings.bind());
        var coap =
                new CoapIngest(
                        Transport.of(
                                "coap", alink, devices, lookups, lines, link, guard, metrics,
                                gateway),
                        settings.bind());
        return new VerticleRegistry()
                .add(
                        "edge-management",
                        ManagementConfig.class,
                        c ->
                                new ManagementVerticle(
                                        c, health, metrics, new GuardRoutes(guard, time)::on))
                .add("journal", JournalConfig.class, c -> new JournalVerticle(journal))
                .add("door-link", DoorLinkConfig.class, c -> new DoorLinkVerticle(way.door()))
                .add(
                        "registry",
                        RegistryConfig.class,
                        c ->
                                new RegistryVerticle(
                                        c, devices, lookups, link, time, metrics, health, gateway,
                                        data))
                .add(
                        "downlink",
                        DownlinkConfig.class,
                        c -> new DownlinkVerticle(c, downlink, lines, devices, link))
                .add(
                        "metering",
                        MeteringConfig.class,
                        c ->
                                new MeteringVerticle(
                                        c, time, journal, downlink, link, gate, slices, gateway,
                                        metrics, health))
                .add(
                        "quota",
                        QuotaConfig.class,
                        c -> new QuotaVerticle(c, slices, journal, link, time, gateway))
                .add(
                        "forwarder",
                        ForwarderConfig.class,
                        c ->
                                new ForwarderVerticle(
                                        journal,
                                        link,
                                        time,
                                        metrics,
                                        health,
                                        gateway,
                                        way.uplinks(),
                                        c))
                .add("scripts", ScriptConfig.class, c -> new ScriptVerticle(c, scripts, metrics))
                .add("alink", AlinkConfig.class, c -> new AlinkVerticle(c, questions, metrics))
                .add("arrival", ArrivalConfig.class, c -> new ArrivalVerticle(c, arrivals, link))
                .add(
                        "subdevices",
                        SubDevicesConfig.class,
                        c -> new SubDevicesVerticle(c, logins, metrics))
                .add(
                        "downloads",
                        DownloadsConfig.class,
                        c ->
                                new DownloadsVerticle(
                                        c,
                                        downloads,
                                        () -> {
                                            ota.serve(link);
                                            configurations.serve(link);
                                        },
                                        data.resolve("downloads"),
                                        diskReserve(),
                                        link,
                                        gateway,
                                        time,
                                        metrics))
                .add(
                        "edge-http",
                        EdgeHttpConfig.class,
                        c -> new EdgeHttpVerticle(c, settings.bind(), http, httpOpen))
                .add(
                        "debug",
                        DebugConfig.class,
                        c -> new DebugVerticle(c, downlink.watches(), lines, link, time, metrics))
                .add("guard", GuardConfig.class, c -> new GuardVerticle(guard, time, metrics))
                .add("tcp", TcpConfig.class, tcp::verticle)
                .add("coap", CoapIngestConfig.class, coap::verticle)
                .add("mqtt", MqttConfig.class, mqtt::verticle);
    }

    private Arrivals arrivals(CloudLink link, String gateway) {
        MqttConfig mqtt = descriptor.config(settings.role(), "mqtt", MqttConfig.class, env);
        String host = mqtt.bind().isEmpty() ? settings.bind() : mqtt.bind();
        return new Arrivals(link, gateway, time, metrics, host, mqtt.port());
    }

    private Guard guard(Path data) {
        GuardConfig config = descriptor.config(settings.role(), "guard", GuardConfig.class, env);
        return new Guard(config, time, data);
    }

    /** What downloads leave free: below it the journal would begin to refuse telemetry. */
    private long diskReserve() {
        return descriptor
                .config(settings.role(), "journal", JournalConfig.class, env)
                .free(Lane.TELEMETRY);
    }

    private DiskJournal journal(Path data, String gateway) {
        try {
            JournalConfig config =
                    descriptor.config(settings.role(), "journal", JournalConfig.class, env);
            Path folder = Files.createDirectories(data.resolve("journal"));
            return new DiskJournal(
                    new FileDisk(folder), config, gateway, time, metrics.registry(), health);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the journal in " + data + " can't be opened: " + e.getMessage(), e);
        }
    }
}
