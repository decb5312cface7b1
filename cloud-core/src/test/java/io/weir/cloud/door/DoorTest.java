package io.weir.cloud.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Changes;
import io.weir.api.devices.DevicesApi.DeviceGrant;
import io.weir.api.door.DoorApi;
import io.weir.api.edge.EdgeApi;
import io.weir.api.edge.EdgeApi.DispenseAnswer;
import io.weir.api.edge.EdgeApi.Known;
import io.weir.api.edge.EdgeApi.StopDispense;
import io.weir.cloud.door.DoorClient.Identity;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;
import io.weir.runtime.bus.Call;
import io.weir.runtime.door.DoorCodec;
import io.weir.runtime.door.DoorMessage;
import io.weir.runtime.door.DoorMessage.FrameAck;
import io.weir.runtime.door.DoorMessage.Hello;
import io.weir.runtime.door.DoorMessage.Ping;
import io.weir.runtime.door.DoorMessage.Pong;
import io.weir.runtime.door.DoorMessage.Reply;
import io.weir.runtime.door.DoorMessage.Request;
import io.weir.runtime.door.DoorMessage.Signal;
import io.weir.runtime.door.DoorMessage.Uplink;
import io.weir.runtime.door.DoorMessage.Welcome;
import io.weir.runtime.fact.FrameCodec;
import io.weir.runtime.json.Json;
import io.weir.runtime.pki.Pem;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the door lets through, and everything that it must not. */
class DoorTest {
    private static DoorHouse house;
    private static final List<DevicesApi.ChangesSince> ASKED = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        house = new DoorHouse();
        house.bus.serveAsync(
                DevicesApi.CHANGES,
                (call, ask) -> {
                    ASKED.add(ask);
                    assertThat(call.actor().uid()).isEqualTo("gateway:" + ask.gateway());
                    return Future.succeededFuture(page(ask.limit()));
                });
        house.bus.serveAsync(DevicesApi.PLACES, (call, ask) -> Future.succeededFuture(List.of()));
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    /** As many devices as asked for, a kilobyte each. */
    private static Changes page(int limit) {
        List<DeviceGrant> devices = new ArrayList<>();
        for (int i = 0; i < limit; i++) {
            devices.add(
                    new DeviceGrant(
                            "d" + i, "k", "n", null, "x".repeat(1000), true, null, null, null));
        }
        return new Changes(limit, false, devices, List.of());
    }

    @Test
    void withoutACertificateItIsRefusedWithAReason() {
        var answer =
                DoorClient.request(
                        house.vertx,
                        house.port,
                        house.trusted,
                        Identity.NONE,
                        HttpMethod.GET,
                        "/v1/link",
                        Buffer.buffer());
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).contains("UNAUTHENTICATED", "needs a certificate");
        assertThatThrownBy(() -> house.connect(Identity.NONE)).hasMessageContaining("401");
    }

    @Test
    void aCertificateOfAnotherAuthorityOrOutOfDateDoesNotPassTheHandshake() {
        Authority stranger = Authority.make(Instant.now());
        KeyPair keys = Pem.newKeyPair();
        var foreign = stranger.sign("edge-1", keys.getPublic(), Instant.now(), Duration.ofDays(1));
        double before = house.counted("weir.door.refused", "handshake");
        assertThatThrownBy(() -> house.connect(Identity.of(keys, foreign)))
                .isNotInstanceOf(IllegalStateException.class);
        Instant then = Instant.now().minus(Duration.ofDays(2));
        assertThatThrownBy(() -> house.connect(house.signed("edge-1", then, Duration.ofDays(1))))
                .isNotInstanceOf(IllegalStateException.class);
        assertThat(house.counted("weir.door.refused", "handshake")).isEqualTo(before + 2);
    }

    @Test
    void aCertificateThatNobodyEnrolledIsRefused() {
        Identity unknown = house.signed("edge-1", Instant.now(), Duration.ofDays(1));
        assertThatThrownBy(() -> house.connect(unknown)).hasMessageContaining("403");
    }

    @Test
    void aTokenIsGoodOnceAndForItsGatewayOnly() {
        String token = house.token("edge-t");
        KeyPair keys = Pem.newKeyPair();
        assertThat(house.enrol("edge-u", token, keys).status()).isEqualTo(403);
        assertThat(house.enrol("edge-t", "guessed", keys).status()).isEqualTo(403);
        assertThat(house.enrol("edge-t", token, keys).status()).isEqualTo(201);
        var replayed = house.enrol("edge-t", token, keys);
        assertThat(replayed.status()).isEqualTo(403);
        assertThat(replayed.body()).contains("the token is unknown, used, expired");
        var nonsense =
                DoorClient.post(
                        house.vertx,
                        house.port,
                        house.trusted,
                        Identity.NONE,
                        "/v1/enrol",
                        Map.of(
                                "gateway",
                                "edge-t",
                                "token",
                                house.token("edge-t"),
                                "request",
                                "x"));
        assertThat(nonsense.status()).isEqualTo(422);
    }

    @Test
    void anotherCertificateIsGotWithTheOneBeforeAndBothAreGood() {
        Identity first = house.enrolled("edge-r");
        KeyPair keys = Pem.newKeyPair();
        var ask =
                Map.of("request", io.weir.runtime.pki.CertificateRequest.of(keys, "somebody-else"));
        assertThat(post("/v1/renew", Identity.NONE, ask).status()).isEqualTo(401);
        var answer = post("/v1/renew", first, ask);
        assertThat(answer.status()).isEqualTo(201);
        var made = Json.read(answer.body(), DoorApi.Certificate.class);
        assertThat(Peer.of(Pem.certificate(made.certificate())).gateway())
                .as("the name of the certificate before, not of the request")
                .isEqualTo("edge-r");
        Identity second = new Identity(Pem.of(keys.getPrivate()) + made.certificate());
        welcomed("edge-r", first).close();
        welcomed("edge-r", second).close();
    }

    @Test
    void onlyListedQuestionsAndOnlyInItsOwnName() {
        try (DoorClient client = welcomed("edge-q", house.enrolled("edge-q"))) {
            ask(client, 1, DevicesApi.PLACES.address(), "{\"device_ids\":[\"d\"]}");
            assertThat(problem(client)).isEqualTo("FORBIDDEN");
            ask(client, 2, "devices.gateway.changes.v1", changes("edge-1"));
            assertThat(problem(client)).isEqualTo("FORBIDDEN");
            ask(client, 3, "devices.gateway.changes.v1", "[1]");
            assertThat(problem(client)).isEqualTo("MALFORMED");
            assertThat(ASKED).noneMatch(ask -> ask.gateway().equals("edge-1"));

            ask(client, 4, "devices.gateway.changes.v1", "{\"since\":0,\"limit\":2}");
            assertThat(data(client).path("devices")).hasSize(2);
            ask(client, 5, "devices.gateway.changes.v1", changes("edge-q"));
            assertThat(data(client).path("devices")).hasSize(10);
            assertThat(ASKED).anyMatch(ask -> ask.gateway().equals("edge-q"));
            assertThat(house.counted("weir.door.refused", "operation")).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void aPageTooLargeForTheLineIsHalvedUntilItFits() {
        try (DoorClient client = welcomed("edge-h", house.enrolled("edge-h"))) {
            ask(client, 1, "devices.gateway.changes.v1", "{\"since\":0,\"limit\":16000}");
            assertThat(data(client).path("devices")).hasSize(2000);
        }
    }

    @Test
    void aFrameIsAcknowledgedOnceKafkaHasItAndInOrder() {
        try (DoorClient client = welcomed("edge-f", house.enrolled("edge-f"))) {
            client.say(new Uplink("j1"));
            for (int number = 1; number <= 50; number++) {
                client.say(frame("edge-f", "j1", Lane.MONEY, 1, number));
            }
            for (int number = 1; number <= 50; number++) {
                assertThat(client.hear(FrameAck.class))
                        .isEqualTo(new FrameAck(Lane.MONEY, 1, number));
            }
            assertThat(numbers(Lane.MONEY, 1, "edge-f|j1"))
                    .containsExactlyElementsOf(
                            java.util.stream.LongStream.rangeClosed(1, 50).boxed().toList());
        }
    }

    @Test
    void aFrameOfAnotherGatewayOrJournalEndsTheConnectionAndReachesNobody() {
        Identity thief = house.enrolled("edge-s");
        foreign(thief, frame("edge-1", "j1", Lane.ALARM, 0, 1), "a frame of [edge-1, j1]");
        foreign(thief, frame("edge-s", "j2", Lane.ALARM, 0, 1), "a frame of [edge-s, j2]");
        foreign(thief, frame("edge-s", "j1", Lane.ALARM, 7, 1), "partition 7");
        var right = frame("edge-s", "j1", Lane.ALARM, 0, 1);
        foreign(
                thief,
                new DoorMessage.Frame(Lane.ALARM, 1, 1, right.bytes()),
                "not where the message says");
        byte[] torn = right.bytes().getBytes();
        torn[torn.length - 1] ^= 1;
        foreign(thief, new DoorMessage.Frame(Lane.ALARM, 0, 1, Buffer.buffer(torn)), "checksum");
        assertThat(numbers(Lane.ALARM, 0, null)).isEmpty();
        assertThat(numbers(Lane.ALARM, 1, null)).isEmpty();
    }

    @Test
    void whatIsTooBigOrNotOfTheProtocolEndsTheConnection() {
        Identity identity = house.enrolled("edge-b");
        ends(identity, client -> client.raw(Buffer.buffer(new byte[2 << 20])));
        ends(identity, client -> client.raw(Buffer.buffer("hello")));
        ends(identity, client -> client.say(new Welcome(1, 1)));
        ends(identity, client -> client.say(new Signal("a", Buffer.buffer("{}"))));
        byte[] big = new byte[DoorCodec.ASK_BYTES + 100];
        big[0] = 1;
        big[1] = 6;
        ends(identity, client -> client.raw(Buffer.buffer(big)));
        try (DoorClient client = house.connect(identity)) {
            client.say(new Hello("edge-1"));
            assertThat(client.end()).contains("1008", "the hello is not");
        }
        try (DoorClient client = house.connect(identity)) {
            client.say(new Ping(1));
            assertThat(client.end()).contains("begins with hello");
        }
    }

    @Test
    void aCommandGoesDownToTheConnectedGatewayAndItsAnswerBack() {
        try (DoorClient client = welcomed("edge-c", house.enrolled("edge-c"))) {
            var answer =
                    house.bus.call(
                            EdgeApi.STOP.at("edge-c"),
                            new StopDispense("x", "d1", EndReason.MEMBER),
                            Call.system("r1"));
            Request asked = client.hear(Request.class);
            assertThat(asked.address()).isEqualTo(EdgeApi.STOP.address());
            assertThat(Json.read(asked.body(), StopDispense.class).deviceId()).isEqualTo("d1");
            var said = new DispenseAnswer("x", Known.ENDED, null, 7);
            client.say(new Reply(asked.id(), Json.buffer(Map.of("data", said))));
            assertThat(answer.await()).isEqualTo(said);
            house.bus.publish(EdgeApi.REGISTRY_CHANGED, new EdgeApi.RegistryChanged(3));
            assertThat(client.hear(Signal.class).address())
                    .isEqualTo(EdgeApi.REGISTRY_CHANGED.address());
            client.say(new Ping(42));
            assertThat(client.hear(Pong.class).stamp()).isEqualTo(42);
        }
    }

    @Test
    void theNewestConnectionOfAGatewayWins() {
        Identity identity = house.enrolled("edge-n");
        try (DoorClient first = welcomed("edge-n", identity);
                DoorClient second = welcomed("edge-n", identity)) {
            assertThat(first.end()).contains("a newer connection");
            second.say(new Ping(1));
            assertThat(second.hear(Pong.class).stamp()).isEqualTo(1);
        }
    }

    @Test
    void aRevokedGatewayIsCutOffAtOnceAndStaysOut() {
        Identity identity = house.enrolled("edge-v");
        String unused = house.token("edge-v");
        try (DoorClient client = welcomed("edge-v", identity)) {
            var revoked =
                    house.bus
                            .call(DoorApi.REVOKE, new DoorApi.Revoke("edge-v"), Call.system("r"))
                            .await();
            assertThat(revoked.revoked()).isEqualTo(1);
            assertThat(client.end()).contains("1008", "the certificate is revoked");
        }
        assertThatThrownBy(() -> house.connect(identity)).hasMessageContaining("403");
        assertThat(house.enrol("edge-v", unused, Pem.newKeyPair()).status()).isEqualTo(403);
    }

    /** The signal may be lost; the look-up is what counts. */
    @Test
    void aCertificateRevokedInTheDatabaseEndsItsConnectionWithoutAWord() {
        try (DoorClient client = welcomed("edge-w", house.enrolled("edge-w"))) {
            house.tx.system(c -> DoorStore.revoke(c, "edge-w", "test", Instant.now()));
            assertThat(client.end()).contains("the certificate is revoked");
        }
    }

    @Test
    void aSilentGatewayIsCutOff() {
        try (DoorClient client = welcomed("edge-z", house.enrolled("edge-z"))) {
            assertThat(client.end()).contains("nothing was heard");
        }
    }

    private interface Deed {
        void on(DoorClient client);
    }

    private static void ends(Identity identity, Deed deed) {
        try (DoorClient client = welcomed("edge-b", identity)) {
            deed.on(client);
            assertThat(client.end()).isNotEqualTo("null");
        }
    }

    private static void foreign(Identity thief, DoorMessage frame, String why) {
        try (DoorClient client = welcomed("edge-s", thief)) {
            client.say(new Uplink("j1"));
            client.say(frame);
            assertThat(client.end()).contains("1008", why);
        }
    }

    private static DoorClient welcomed(String gateway, Identity identity) {
        DoorClient client = house.connect(identity);
        client.say(new Hello(gateway));
        assertThat(client.hear(Welcome.class).window()).isEqualTo(DoorHouse.WINDOW);
        return client;
    }

    private static DoorClient.Answer post(String path, Identity identity, Object body) {
        return DoorClient.post(house.vertx, house.port, house.trusted, identity, path, body);
    }

    private static void ask(DoorClient client, long id, String address, String body) {
        client.say(new Request(id, 5000, address, "r", Buffer.buffer(body)));
    }

    private static String changes(String gateway) {
        return "{\"gateway\":\"%s\",\"since\":0,\"limit\":10}".formatted(gateway);
    }

    private static String problem(DoorClient client) {
        return Json.tree(client.hear(Reply.class).body().getBytes())
                .path("problem")
                .path("code")
                .asText();
    }

    private static JsonNode data(DoorClient client) {
        return Json.tree(client.hear(Reply.class).body().getBytes()).path("data");
    }

    private static DoorMessage.Frame frame(
            String gateway, String journal, Lane lane, int partition, long number) {
        var entry = new Entry(FactKind.GATEWAY_ALIVE, "", 0, 1, 1, "", new byte[0]);
        var frame = new Frame(gateway, journal, lane, partition, number, "b", List.of(entry));
        return new DoorMessage.Frame(
                lane, partition, number, Buffer.buffer(FrameCodec.encode(frame)));
    }

    private static List<Long> numbers(Lane lane, int partition, String key) {
        List<Long> numbers = new ArrayList<>();
        Map<String, Object> settings = Map.of("bootstrap.servers", house.kafka);
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var place = new TopicPartition(lane.topic(), partition);
            consumer.assign(List.of(place));
            consumer.seekToBeginning(List.of(place));
            long end = consumer.endOffsets(List.of(place)).get(place);
            while (consumer.position(place) < end) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    if (key == null || key.equals(new String(record.key()))) {
                        numbers.add(FrameCodec.number(record.value(), 0));
                    }
                }
            }
        }
        return numbers;
    }
}
