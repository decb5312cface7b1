package io.weir.cloud;

import io.vertx.core.Vertx;
import io.weir.cloud.audit.AuditConfig;
import io.weir.cloud.audit.AuditVerticle;
import io.weir.cloud.configuration.ConfigurationConfig;
import io.weir.cloud.configuration.ConfigurationVerticle;
import io.weir.cloud.debug.DebugConfig;
import io.weir.cloud.debug.DebugVerticle;
import io.weir.cloud.debug.TrafficStreams;
import io.weir.cloud.devices.CredentialFile;
import io.weir.cloud.devices.DevicesConfig;
import io.weir.cloud.devices.DevicesVerticle;
import io.weir.cloud.devices.PresenceApplier;
import io.weir.cloud.devices.ScriptDeskConfig;
import io.weir.cloud.devices.ScriptDeskVerticle;
import io.weir.cloud.dispense.DispenseConfig;
import io.weir.cloud.dispense.DispenseFactsVerticle;
import io.weir.cloud.dispense.DispenseVerticle;
import io.weir.cloud.dispense.SettlerConfig;
import io.weir.cloud.dispense.SettlerVerticle;
import io.weir.cloud.dispense.SlicesConfig;
import io.weir.cloud.dispense.SlicesVerticle;
import io.weir.cloud.door.DeskConfig;
import io.weir.cloud.door.DeskVerticle;
import io.weir.cloud.door.DoorConfig;
import io.weir.cloud.door.DoorVerticle;
import io.weir.cloud.facts.CachedPlaces;
import io.weir.cloud.facts.FactConfig;
import io.weir.cloud.facts.FactRuntime;
import io.weir.cloud.facts.FactVerticle;
import io.weir.cloud.files.FileContent;
import io.weir.cloud.files.FilesConfig;
import io.weir.cloud.files.FilesVerticle;
import io.weir.cloud.http.ApiConfig;
import io.weir.cloud.http.ApiParts;
import io.weir.cloud.http.ApiVerticle;
import io.weir.cloud.http.RateLimits;
import io.weir.cloud.ingest.IngestApplier;
import io.weir.cloud.ingest.IngestConfig;
import io.weir.cloud.ingest.IngestVerticle;
import io.weir.cloud.ingest.TrafficCounter;
import io.weir.cloud.ledger.ClockConfig;
import io.weir.cloud.ledger.LedgerClockVerticle;
import io.weir.cloud.ledger.LedgerConfig;
import io.weir.cloud.ledger.LedgerVerticle;
import io.weir.cloud.members.AdminBootstrap;
import io.weir.cloud.members.MembersConfig;
import io.weir.cloud.members.MembersVerticle;
import io.weir.cloud.members.ReferralImages;
import io.weir.cloud.oms.OmsConfig;
import io.weir.cloud.oms.OmsVerticle;
import io.weir.cloud.ota.FirmwareContent;
import io.weir.cloud.ota.OtaApplier;
import io.weir.cloud.ota.OtaConfig;
import io.weir.cloud.ota.OtaVerticle;
import io.weir.cloud.outbox.OutboxConfig;
import io.weir.cloud.outbox.OutboxRelayVerticle;
import io.weir.cloud.push.LiveStreams;
import io.weir.cloud.sharing.SharingConfig;
import io.weir.cloud.sharing.SharingVerticle;
import io.weir.cloud.subscription.AmqpConfig;
import io.weir.cloud.subscription.AmqpVerticle;
import io.weir.cloud.subscription.SubscriptionApplier;
import io.weir.cloud.subscription.SubscriptionConfig;
import io.weir.cloud.subscription.SubscriptionStreams;
import io.weir.cloud.subscription.SubscriptionVerticle;
import io.weir.cloud.system.EffectiveSettings;
import io.weir.cloud.system.Node;
import io.weir.cloud.system.SystemConfig;
import io.weir.cloud.system.SystemVerticle;
import io.weir.cloud.tokens.SigningKey;
import io.weir.cloud.twin.DeviceLogApplier;
import io.weir.cloud.twin.TwinConfig;
import io.weir.cloud.twin.TwinVerticle;
import io.weir.cloud.vendors.VendorsConfig;
import io.weir.cloud.vendors.VendorsVerticle;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.config.NodeSettings;
import io.weir.runtime.deploy.Deployer;
import io.weir.runtime.deploy.Descriptor;
import io.weir.runtime.deploy.VerticleRegistry;
import io.weir.runtime.health.Health;
import io.weir.runtime.management.ManagementConfig;
import io.weir.runtime.management.ManagementVerticle;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.DbConfig;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.SystemTime;
import io.weir.runtime.time.Time;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cloud's part of one process: what its verticles share, and which name of {@code
 * verticles.json} is which verticle. It is deployed on a Vert.x instance that is handed in, and
 * again on another one when the cluster had to be left and rejoined.
 */
public final class CloudNode {
    /** The role of verticles.json that has everything of the cloud. */
    public static final String ROLE = "cloud";

    private static final int STREAMS_PER_INSTANCE = 5_000;

    /** Each asks a gateway twice a second. */
    private static final int TRACES_PER_INSTANCE = 100;

    private static final long PLACES_KEPT_MS = 15_000;
    private static final int PLACES_LIMIT = 100_000;

    private final NodeSettings settings;
    private final Map<String, String> env;
    private final Descriptor descriptor;
    private final String pgUri;
    private final String kafka;
    private final Time time = new SystemTime();
    private final Metrics metrics;
    private final Health health;

    public CloudNode(
            NodeSettings settings,
            Map<String, String> env,
            Descriptor descriptor,
            String pgUri,
            String kafka,
            Metrics metrics,
            Health health) {
        this.settings = settings;
        this.env = env;
        this.descriptor = descriptor;
        this.pgUri = pgUri;
        this.kafka = kafka;
        this.metrics = metrics;
        this.health = health;
    }

    /**
     * Deploys the role; blocks until all is up. Drain the answer before the Vert.x instance is
     * closed.
     */
    public Deployer deploy(Vertx vertx) {
        Db db = Db.connect(vertx, pgUri, DbConfig.USUAL);
        Deployer deployer =
                new Deployer(vertx, registry(vertx, db, SigningKey.load(new Tx(db))), env);
        deployer.deploy(descriptor.role(settings.role()), settings.verticles());
        return deployer;
    }

    /**
     * Makes the platform's first account.
     *
     * @return the generated password, the only time that it is known; null when there was nothing
     *     to make
     */
    public @org.jspecify.annotations.Nullable String bootstrapAdmin(Vertx vertx) {
        MembersConfig config =
                descriptor.config(settings.role(), "members", MembersConfig.class, env);
        Tx tx = new Tx(Db.connect(vertx, pgUri, DbConfig.USUAL));
        return AdminBootstrap.run(tx, time, config, settings.adminPassword());
    }

    /** Every name that may stand in the cloud's roles. */
    public VerticleRegistry registry(Vertx vertx, Db db, SigningKey key) {
        Bus bus = new Bus(vertx);
        Tx tx = new Tx(db);
        var places = new CachedPlaces(bus, time, PLACES_KEPT_MS, PLACES_LIMIT);
        var facts =
                new FactRuntime(
                        vertx, bus, tx, time, metrics, health, places, kafka, settings.node());
        var streams = new LiveStreams(vertx, bus, time, STREAMS_PER_INSTANCE);
        var limits = new RateLimits(time);
        var traffic = new TrafficCounter();
        int partitions = descriptor.topics(Topics.TopicsConfig.class, env).partitions();
        var subscriptions =
                descriptor.config(settings.role(), "subscription", SubscriptionConfig.class, env);
        var messages = new SubscriptionStreams(vertx, bus, time, STREAMS_PER_INSTANCE);
        var traces = new TrafficStreams(vertx, bus, time, metrics, TRACES_PER_INSTANCE);
        return new VerticleRegistry()
                .add(
                        "management",
                        ManagementConfig.class,
                        c -> new ManagementVerticle(c, health, metrics))
                .add(
                        "members",
                        MembersConfig.class,
                        c -> new MembersVerticle(c, bus, tx, time, key))
                .add(
                        "vendors",
                        VendorsConfig.class,
                        c ->
                                new VendorsVerticle(
                                        c, settings.data(), bus, tx, time, Contexts.grantable()))
                .add(
                        "devices",
                        DevicesConfig.class,
                        c -> new DevicesVerticle(c, settings.data(), bus, tx, time))
                .add(
                        "script-desk",
                        ScriptDeskConfig.class,
                        c -> new ScriptDeskVerticle(c, bus, tx, time))
                .add(
                        "devices-presence",
                        FactConfig.class,
                        c ->
                                new FactVerticle(
                                        facts,
                                        PresenceApplier.SPEC,
                                        c,
                                        new PresenceApplier(tx, bus)))
                .add(
                        "door-desk",
                        DeskConfig.class,
                        c -> new DeskVerticle(c, settings.data(), bus, tx, time))
                .add(
                        "door",
                        DoorConfig.class,
                        c ->
                                new DoorVerticle(
                                        c,
                                        kafka,
                                        partitions,
                                        settings.node(),
                                        bus,
                                        time,
                                        metrics,
                                        health))
                .add(
                        "ledger",
                        LedgerConfig.class,
                        c -> new LedgerVerticle(c, bus, db, time, metrics))
                .add(
                        "ledger-clock",
                        ClockConfig.class,
                        c -> new LedgerClockVerticle(c, db, time, metrics, health))
                .add(
                        "dispense",
                        DispenseConfig.class,
                        c -> new DispenseVerticle(bus, tx, time, metrics, c))
                .add(
                        "dispense-slices",
                        SlicesConfig.class,
                        c ->
                                new SlicesVerticle(
                                        bus,
                                        tx,
                                        time,
                                        c,
                                        descriptor.config(
                                                settings.role(),
                                                "dispense",
                                                DispenseConfig.class,
                                                env),
                                        settings.data()))
                .add("dispense-facts", FactConfig.class, c -> new DispenseFactsVerticle(facts, c))
                .add(
                        "dispense-settler",
                        SettlerConfig.class,
                        c -> new SettlerVerticle(bus, tx, time, metrics, c))
                .add(
                        "ingest",
                        IngestConfig.class,
                        c -> new IngestVerticle(bus, tx, time, places, traffic, c))
                .add(
                        "ingest-facts",
                        FactConfig.class,
                        c ->
                                new FactVerticle(
                                        facts,
                                        IngestApplier.SPEC,
                                        c,
                                        new IngestApplier(
                                                tx, time, places, metrics.registry(), traffic)))
                .add(
                        "configuration",
                        ConfigurationConfig.class,
                        c -> new ConfigurationVerticle(c, bus, tx, time, places, metrics))
                .add(
                        "oms",
                        OmsConfig.class,
                        c -> new OmsVerticle(c, settings.data(), bus, tx, time, key))
                .add(
                        "system",
                        SystemConfig.class,
                        c -> new SystemVerticle(c, node(), bus, tx, time))
                .add("sharing", SharingConfig.class, c -> new SharingVerticle(c, bus, tx, time))
                .add("audit", AuditConfig.class, c -> new AuditVerticle(c, bus, tx))
                .add("debug", DebugConfig.class, c -> new DebugVerticle(c, bus, tx, time, metrics))
                .add("files", FilesConfig.class, c -> new FilesVerticle(c, bus, tx, time, places))
                .add(
                        "ota",
                        OtaConfig.class,
                        c -> new OtaVerticle(c, bus, tx, time, places, metrics))
                .add(
                        "ota-facts",
                        FactConfig.class,
                        c ->
                                new FactVerticle(
                                        facts, OtaApplier.SPEC, c, new OtaApplier(time, places)))
                .add(
                        "subscription",
                        SubscriptionConfig.class,
                        c -> new SubscriptionVerticle(c, bus, tx, time))
                .add("amqp", AmqpConfig.class, c -> new AmqpVerticle(c, bus, metrics))
                .add(
                        "subscription-facts",
                        FactConfig.class,
                        c ->
                                new FactVerticle(
                                        facts,
                                        SubscriptionApplier.SPEC,
                                        c,
                                        new SubscriptionApplier(
                                                tx, bus, time, places, subscriptions)))
                .add("twin", TwinConfig.class, c -> new TwinVerticle(c, bus, tx, time, places))
                .add(
                        "twin-facts",
                        FactConfig.class,
                        c ->
                                new FactVerticle(
                                        facts,
                                        DeviceLogApplier.SPEC,
                                        c,
                                        new DeviceLogApplier(time, places, metrics.registry())))
                .add(
                        "outbox",
                        OutboxConfig.class,
                        c -> new OutboxRelayVerticle(db, kafka, metrics, health, c))
                .add(
                        "api",
                        ApiConfig.class,
                        c ->
                                new ApiVerticle(
                                        c,
                                        new ApiParts(bus, db, key, limits, metrics, health, time),
                                        Contexts.ALL,
                                        List.of(
                                                streams,
                                                messages,
                                                traces,
                                                new FileContent(bus),
                                                new CredentialFile(bus),
                                                new ReferralImages(bus),
                                                new FirmwareContent(bus))));
    }

    /** What this process says of itself to the others. */
    private Node node() {
        var running =
                descriptor.role(settings.role()).stream()
                        .filter(
                                e ->
                                        settings.verticles().isEmpty()
                                                || settings.verticles().contains(e.name()))
                        .toList();
        Map<String, Map<String, Object>> inForce = new TreeMap<>();
        running.forEach(
                e -> inForce.put(e.name(), EffectiveSettings.of(e.name(), e.config(), env)));
        return new Node(
                settings.node(),
                settings.role(),
                running.stream().map(Descriptor.Entry::name).toList(),
                health,
                inForce);
    }
}
