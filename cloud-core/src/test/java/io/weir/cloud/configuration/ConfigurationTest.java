package io.weir.cloud.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.configuration.ConfigurationApi;
import io.weir.api.configuration.ConfigurationApi.Offer;
import io.weir.api.configuration.ConfigurationOps;
import io.weir.api.configuration.ConfigurationOps.AddVersion;
import io.weir.api.configuration.ConfigurationOps.GetVersion;
import io.weir.api.configuration.ConfigurationOps.ListOfProduct;
import io.weir.api.configuration.ConfigurationOps.ListTargets;
import io.weir.api.configuration.ConfigurationOps.Push;
import io.weir.api.configuration.ConfigurationOps.StartPush;
import io.weir.api.configuration.ConfigurationOps.State;
import io.weir.api.configuration.ConfigurationOps.Switch;
import io.weir.api.configuration.ConfigurationOps.Target;
import io.weir.api.configuration.ConfigurationOps.Version;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.devices.DevicesApi.PresenceChanged;
import io.weir.api.devices.ProductOps;
import io.weir.api.devices.ProductOps.Product;
import io.weir.api.download.DownloadApi;
import io.weir.api.download.DownloadApi.GetBlock;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.cloud.TestPostgres;
import io.weir.cloud.facts.Places;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.ManualTime;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Versions, devices' questions and pushes, on a real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigurationTest {
    private static final ConfigurationConfig CONFIG =
            new ConfigurationConfig(
                    100,
                    2,
                    10,
                    5,
                    50,
                    Duration.ofSeconds(15),
                    Duration.ofHours(1),
                    2,
                    Duration.ofDays(1));
    private static final Call OWNER =
            new Call(new Actor("u", Role.VENDOR, Scope.tenant("/DEMO/")), null, "r");
    private static final Call STRANGER =
            new Call(new Actor("x", Role.VENDOR, Scope.tenant("/OTHER/")), null, "r");
    private static final String WANTED = "{\"configScope\":\"product\",\"getType\":\"file\"}";

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);
    private final AtomicLong products = new AtomicLong(10_000);
    private final Set<String> online = ConcurrentHashMap.newKeySet();
    private final Map<String, Offer> told = new ConcurrentHashMap<>();
    private final ManualTime time = new ManualTime(Instant.parse("2026-05-04T12:00:00Z"), "boot");
    private volatile int code = 200;
    private Tx tx;

    @BeforeAll
    void open() {
        tx = new Tx(TestPostgres.connect(vertx, TestPostgres.fresh()));
        bus.serve(ProductOps.DETAIL, (call, q) -> product(q.id()));
        bus.serve(
                DevicesApi.PLACES,
                (call, q) -> q.deviceIds().stream().map(ConfigurationTest::place).toList());
        bus.serve(
                DevicesApi.MODEL,
                (call, q) ->
                        new DeviceModel(
                                q.deviceId(),
                                "/DEMO/A001/",
                                place(q.deviceId()).productKey(),
                                q.deviceId(),
                                "{}",
                                List.of(),
                                online.contains(q.deviceId()) ? "g1" : null));
        bus.serve(
                ConfigurationApi.OFFER.at("g1"),
                (call, offer) -> {
                    told.put(offer.deviceId(), offer);
                    return new CommandReply(code, "{}", "so it is");
                });
        Places places =
                new Places() {
                    @Override
                    public void load(Set<String> ids) {}

                    @Override
                    public Place get(String id) {
                        return place(id);
                    }
                };
        vertx.deployVerticle(
                        new ConfigurationVerticle(CONFIG, bus, tx, time, places, new Metrics()),
                        new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await();
    }

    @AfterAll
    void close() {
        vertx.close().await();
    }

    /** A device's id begins with its product's. */
    private static Place place(String id) {
        return new Place(id, "/DEMO/A001/", "pk" + id.substring(0, 5), "g1", List.of());
    }

    private Product product(long id) {
        return new Product(
                id,
                "/DEMO/",
                "dispenser",
                "D1",
                "pk" + id,
                ProductOps.Status.ENABLE,
                null,
                1,
                List.of(),
                null,
                false,
                ProductOps.Registration.OFF,
                time.now(),
                time.now());
    }

    private Version add(long product, String document) {
        return bus.call(ConfigurationOps.ADD, new AddVersion(product, document), OWNER).await();
    }

    private void activate(long product, int version) {
        bus.call(ConfigurationOps.ACTIVATE, new GetVersion(product, version), OWNER).await();
    }

    private void turn(long product, boolean on) {
        bus.call(ConfigurationOps.SWITCH, new Switch(product, on), OWNER).await();
    }

    private long ready() {
        long product = products.incrementAndGet();
        activate(product, add(product, "{\"a\":1}").version());
        turn(product, true);
        return product;
    }

    private Answer ask(String gateway, String device, String params) {
        var q = new Question(gateway, device, "thing.config.get", params);
        return bus.call(AlinkApi.CONFIGURATION, q, Call.system("t")).await();
    }

    private Push push(long product, String... devices) {
        var start = new StartPush(product, List.of(devices));
        return bus.call(ConfigurationOps.START_PUSH, start, OWNER).await();
    }

    private Target target(long product, Push push, String device) {
        var q = new ListTargets(product, push.pushId(), null, 20, 0);
        return bus.call(ConfigurationOps.TARGETS, q, OWNER).await().items().stream()
                .filter(target -> target.deviceId().equals(device))
                .findAny()
                .orElseThrow();
    }

    private Target until(long product, Push push, String device, State state) throws Exception {
        for (int i = 0; i < 100; i++) {
            Target target = target(product, push, device);
            if (target.state() == state) {
                return target;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(target(product, push, device));
    }

    @Test
    void devicesGetWhatIsInForceWithItsBytes() {
        long product = products.incrementAndGet();
        String device = product + "a";
        assertThat(ask("g1", device, WANTED).code()).isEqualTo(6713);
        turn(product, true);
        assertThat(ask("g1", device, WANTED).code()).isEqualTo(6710);
        Version version = add(product, "{\"ä\":1}");
        activate(product, version.version());
        Offer offer = Json.read(ask("g1", device, WANTED).dataJson(), Offer.class);
        assertThat(offer).isEqualTo(new Offer(device, version.configId(), 8, version.sha256()));
        assertThat(ask("g1", device, "{\"configScope\":\"device\"}").code()).isEqualTo(460);
        assertThat(ask("g2", device, WANTED).code()).isEqualTo(6100);
        var block = new GetBlock("g1", device, offer.configId(), 0);
        assertThat(bus.call(DownloadApi.CONFIGURATION, block, Call.system("t")).await().bytes())
                .isEqualTo("{\"ä\":1}".getBytes(StandardCharsets.UTF_8));
        for (GetBlock foreign :
                List.of(
                        new GetBlock("g2", device, offer.configId(), 0),
                        new GetBlock("g1", "99999a", offer.configId(), 0))) {
            assertThatThrownBy(
                            () ->
                                    bus.call(DownloadApi.CONFIGURATION, foreign, Call.system("t"))
                                            .await())
                    .isInstanceOfSatisfying(
                            Rejected.class, e -> assertThat(e.code()).isEqualTo("FORBIDDEN"));
        }
    }

    @Test
    void wrongDocumentsAndForeignersAreRefusedAndOldVersionsGo() {
        long product = products.incrementAndGet();
        for (String wrong :
                List.of("{", "1", "{} {}", "{\"a\":1,\"a\":2}", "\"" + "x".repeat(99))) {
            assertThatThrownBy(() -> add(product, wrong))
                    .isInstanceOf(Rejected.class)
                    .hasMessageStartingWith("document: must ");
        }
        assertThatThrownBy(
                        () ->
                                bus.call(
                                                ConfigurationOps.ADD,
                                                new AddVersion(product, "{}"),
                                                STRANGER)
                                        .await())
                .isInstanceOfSatisfying(
                        Rejected.class, e -> assertThat(e.code()).isEqualTo("NOT_FOUND"));
        activate(product, add(product, "{}").version());
        add(product, "[2]");
        add(product, "[3]");
        add(product, "[4]");
        var list = new ListOfProduct(product, 20, 0);
        assertThat(bus.call(ConfigurationOps.VERSIONS, list, OWNER).await().items())
                .as("the last two and the one in force")
                .extracting(Version::version)
                .containsExactly(4, 3, 1);
        assertThatThrownBy(() -> activate(product, 2)).isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> push(product, product + "a"))
                .as("switched off")
                .isInstanceOf(Rejected.class);
    }

    @Test
    void aPushReachesWhoIsThereAndWhoComes() throws Exception {
        long product = ready();
        online.add(product + "a");
        Push push = push(product, product + "a", product + "b", product + "c");
        assertThat(until(product, push, product + "a", State.ACKNOWLEDGED).code()).isEqualTo(200);
        assertThat(told.get(product + "a").size()).isEqualTo(7);
        assertThat(ask("g1", product + "c", WANTED).code()).isEqualTo(200);
        online.add(product + "b");
        for (int i = 0; i < 3; i++) { // also after it was found offline
            bus.publish(
                    DevicesApi.PRESENCE_CHANGED,
                    new PresenceChanged(product + "b", "/DEMO/A001/", true));
            Thread.sleep(600);
        }
        until(product, push, product + "b", State.ACKNOWLEDGED);
        time.advance(Duration.ofHours(2));
        until(product, push, product + "c", State.ACKNOWLEDGED);
    }

    @Test
    void refusalsAndNewerVersionsEndAPushAndForeignDevicesNeverBeginOne() throws Exception {
        long product = ready();
        online.add(product + "r");
        code = 460;
        Push refused = push(product, product + "r", product + "off");
        Target target = until(product, refused, product + "r", State.FAILED);
        code = 200;
        assertThat(target.code()).isEqualTo(460);
        assertThat(target.reason()).isEqualTo("refused by the device: so it is");
        activate(product, add(product, "[2]").version());
        assertThat(until(product, refused, product + "off", State.FAILED).reason())
                .isEqualTo("another version was activated");
        assertThatThrownBy(() -> push(product, "99999a"))
                .hasMessage("devices: 99999a is no device of the product");
    }

    @Test
    void whatWasSentWhenANodeWasKilledIsToldAgain() throws Exception {
        long product = ready();
        String device = product + "k";
        Push push = push(product, device);
        tx.system(
                c ->
                        c.query(
                                        "UPDATE configuration.target SET state = 'SENT', next_at ="
                                                + " '2026-05-04T12:00:00Z'")
                                .execute()
                                .await());
        online.add(device);
        time.advance(Duration.ofSeconds(20));
        until(product, push, device, State.ACKNOWLEDGED);
    }
}
