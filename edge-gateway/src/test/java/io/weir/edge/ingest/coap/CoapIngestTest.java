package io.weir.edge.ingest.coap;

import static io.weir.edge.GatewayRig.await;
import static io.weir.edge.GatewayRig.freePort;
import static io.weir.edge.TestProducts.DN;
import static io.weir.edge.TestProducts.PK;
import static io.weir.edge.TestProducts.SECRET;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.ingest.TransportRig;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Alink over CoAP, by libcoap's client and by bare datagrams. */
class CoapIngestTest {
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([0-9a-f]{32})\"");
    private static final String POST = "{\"id\":\"7\",\"params\":{\"total_ml\":%d}}";

    @TempDir Path folder;
    private TransportRig rig;
    private final int plain = freePort();
    private final int dtls = freePort();

    @BeforeAll
    static void client() {
        LibCoap.need();
    }

    @BeforeEach
    void start() {
        rig = new TransportRig(folder, "coap");
        var config =
                new CoapIngestConfig(
                        plain,
                        "",
                        false,
                        dtls,
                        1024,
                        64,
                        4,
                        100,
                        Duration.ofDays(7),
                        1000,
                        100,
                        100,
                        100,
                        Duration.ofMillis(300));
        rig.vertx
                .deployVerticle(new CoapIngest(rig.transport, "127.0.0.1").verticle(config))
                .await();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private String uri(String path) {
        return "coap://127.0.0.1:" + plain + path;
    }

    private static String topic(String name, String rest) {
        return "/topic/sys/" + PK + "/" + name + "/thing/" + rest;
    }

    private static String auth(String name, String secret) {
        return "{\"productKey\":\"%s\",\"deviceName\":\"%s\",\"clientId\":\"%s.%s\",\"sign\":\"%s\",\"signmethod\":\"hmacsha256\"}"
                .formatted(PK, name, PK, name, TransportRig.sign(name, secret));
    }

    private String token() {
        String printed = LibCoap.post(uri("/auth"), auth(DN, SECRET), "-t", "50");
        Matcher m = TOKEN.matcher(printed);
        assertThat(m.find()).as(printed).isTrue();
        return m.group(1);
    }

    private String post(String path, String payload, String token) {
        return LibCoap.post(uri(path), payload, "-t", "50", "-O", "2088," + token);
    }

    @Test
    @Tag("cell:property-post/coap/libcoap")
    void aTokenIsAskedForAndPostsAreJournaledMeteredAndAnswered() {
        String token = token();
        String printed = post(topic(DN, "event/property/post"), POST.formatted(500), token);
        assertThat(printed).contains("2.04").contains("\"id\":\"7\",\"code\":200");
        assertThat(rig.log.of(FactKind.PROPERTY_POST))
                .extracting(e -> e.text())
                .containsExactly("{\"total_ml\":500}");
        assertThat(rig.inlet.reports.getFirst().totalMl()).isEqualTo(500);
        assertThat(rig.log.of(FactKind.ONLINE)).isEmpty();
        String newer = token();
        assertThat(post(topic(DN, "event/property/post"), POST.formatted(1), token))
                .contains("4.01");
        assertThat(post(topic(DN, "event/property/post"), POST.formatted(501), newer))
                .contains("2.04");
    }

    @Test
    @Tag("cell:refusals/coap/libcoap")
    void whatMustNotBeIsRefusedWithTheCodeThatSaysWhy() {
        assertThat(LibCoap.post(uri("/auth"), auth(DN, "wrong"))).contains("4.01");
        assertThat(LibCoap.post(uri("/auth"), auth("dev-03", SECRET))).contains("4.03");
        assertThat(LibCoap.post(uri("/auth"), "{\"productKey\":")).contains("4.00");
        assertThat(LibCoap.post(uri("/other"), "{}")).contains("4.04");
        assertThat(LibCoap.post(uri(topic(DN, "event/property/post")), "{}")).contains("4.01");
        String token = token();
        assertThat(post(topic("dev-02", "event/property/post"), "{}", token)).contains("4.03");
        assertThat(post(topic(DN, "nothing/of/ours"), "{}", token)).contains("4.04");
        assertThat(post(topic(DN, "event/property/post"), "x".repeat(3000), token))
                .contains("4.13");
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).isEmpty();
    }

    @Test
    @Tag("cell:post-block-by-block/coap/libcoap")
    void blocksAreJoinedUpToTheBound() {
        String note =
                "{\"id\":\"1\",\"params\":{\"total_ml\":9},"
                        + " ".repeat(900)
                        + "\"version\":\"1.0\"}";
        assertThat(
                        LibCoap.post(
                                uri(topic(DN, "event/property/post")),
                                note,
                                "-b",
                                "256",
                                "-O",
                                "2088," + token()))
                .contains("2.04");
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(1);
    }

    @Test
    @Tag("cell:property-post/coap-dtls/libcoap")
    void theSecretOpensDtlsAndNoOtherKeyDoes() {
        String uri = "coaps://127.0.0.1:" + dtls + topic(DN, "event/property/post");
        String printed = LibCoap.post(uri, POST.formatted(42), "-u", DN + "&" + PK, "-k", SECRET);
        assertThat(printed).contains("2.04");
        assertThat(rig.inlet.reports.getFirst().totalMl()).isEqualTo(42);
        assertThat(
                        LibCoap.post(
                                uri,
                                POST.formatted(43),
                                "-u",
                                DN + "&" + PK,
                                "-k",
                                "wrong",
                                "-B",
                                "3"))
                .doesNotContain("2.04");
        assertThat(LibCoap.post(uri, POST.formatted(43), "-u", "x&" + PK, "-k", SECRET, "-B", "3"))
                .doesNotContain("2.04");
        String others = "coaps://127.0.0.1:" + dtls + topic("dev-02", "event/property/post");
        assertThat(LibCoap.post(others, "{}", "-u", DN + "&" + PK, "-k", SECRET)).contains("4.03");
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(1);
    }

    @Test
    @Tag("cell:repeated-message-counted-once/coap/raw")
    void theAnswerWaitsForTheJournalAndARepeatedMessageCountsOnce() throws IOException {
        byte[] datagram = datagram(token(), POST.formatted(77));
        rig.log.hold = true;
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(300);
            send(socket, datagram);
            await(() -> rig.log.waiting() == 1);
            send(socket, datagram);
            assertThat(received(socket)).isNull();
            rig.log.hold = false;
            rig.log.sync();
            assertThat(received(socket)[1] & 0xff).as("2.04").isEqualTo(0x44);
            send(socket, datagram);
            assertThat(received(socket)[1] & 0xff).as("the same answer").isEqualTo(0x44);
        }
        assertThat(rig.log.of(FactKind.PROPERTY_POST)).hasSize(1);
    }

    @Test
    void whoHasNotShownWhoHeIsGetsNoMoreBytesThanHeSent() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(1000);
            byte[] wellKnown =
                    join(
                            new byte[] {0x40, 1, 0x12, 0x34},
                            option(11, ".well-known"),
                            option(0, "core"));
            send(socket, wellKnown);
            assertThat(received(socket).length).isLessThan(wellKnown.length);
            byte[] post = datagram("0".repeat(32), "{}");
            send(socket, post);
            byte[] answer = received(socket);
            assertThat(answer[1] & 0xff).as("4.01").isEqualTo(0x81);
            assertThat(answer.length).isLessThan(post.length);
        }
    }

    /** A confirmable POST to the property topic. */
    private static byte[] datagram(String token, String payload) {
        return join(
                new byte[] {0x40, 2, 0x33, 0x44},
                option(11, "topic"),
                option(0, "sys"),
                option(0, PK),
                option(0, DN),
                option(0, "thing"),
                option(0, "event"),
                option(0, "property"),
                option(0, "post"),
                option(CoapRequest.TOKEN_OPTION - 11, token),
                new byte[] {(byte) 0xff},
                payload.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] option(int delta, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        int shortLength = Math.min(text.length, 13);
        byte[] length = text.length < 13 ? new byte[0] : new byte[] {(byte) (text.length - 13)};
        byte[] head =
                delta < 13
                        ? new byte[] {(byte) (delta << 4 | shortLength)}
                        : new byte[] {
                            (byte) (0xe0 | shortLength),
                            (byte) (delta - 269 >> 8),
                            (byte) (delta - 269)
                        };
        return join(head, length, text);
    }

    private static byte[] join(byte[]... parts) {
        var out = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private void send(DatagramSocket socket, byte[] bytes) throws IOException {
        socket.send(
                new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), plain));
    }

    /** Null when nothing comes. */
    private static byte[] received(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        try {
            socket.receive(packet);
            return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException e) {
            return null;
        }
    }
}
