package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.e2e.MqttLoad.Client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * {@code mvn -Pbench}: (a) CPU of the edge per QoS 1 message, authenticated, validated, journaled
 * with fsync and forwarded to Kafka, beside a bare vertx-mqtt server that only acknowledges and
 * mosquitto with one QoS 1 subscriber; (b) device to queryable row over the whole stack, messages
 * per second and core. One run, one machine, one load generator.
 */
public final class IngestBench {
    private static final int CONNECTIONS = 50;
    private static final int WINDOW = 20;
    private static final int WARM_SECONDS = Integer.getInteger("weir.bench.warm", 15);
    private static final int SECONDS = Integer.getInteger("weir.bench.seconds", 15);

    private record Result(String what, double perSecond, double microsPerMessage) {}

    private IngestBench() {}

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(SplitPlatform.AS_SHIPPED);
        settings.putAll(SplitPlatform.NO_LIMITS); // the path is measured, not where they set in
        return settings;
    }

    public static void main(String[] args) {
        List<Result> results = new ArrayList<>();
        results.add(bare());
        results.add(mosquitto());
        try (SplitPlatform platform = SplitPlatform.start("bench", settings())) {
            List<Client> devices = devices(platform);
            // (a) without the cloud: it would only share the two cores
            platform.stopCloud();
            results.add(
                    measure(
                            "weir edge",
                            platform.mqtt(),
                            devices,
                            () -> Cpu.micros(platform.edgeProcess().pid())));
            platform.startCloud();
            platform.awaitCloud();
            print(results);
            wholeStack(platform, devices);
        }
        System.exit(0);
    }

    private static Result bare() {
        int port = Platform.freePort();
        try (JavaProcess server =
                JavaProcess.start(
                                "bare",
                                BareMqttServer.class,
                                Map.of(),
                                List.of(String.valueOf(port)),
                                "400m")
                        .await("READY", Platform.START)) {
            return measure(
                    "bare vertx-mqtt, acks only",
                    "127.0.0.1:" + port,
                    anonymous(),
                    () -> Cpu.micros(server.pid()));
        }
    }

    private static Result mosquitto() {
        OsPackages.mosquittoBroker();
        OsPackages.mosquitto();
        int port = Platform.freePort();
        Process broker = null;
        Process subscriber = null;
        try {
            Path config = Files.createTempFile("mosquitto", ".conf");
            Files.writeString(
                    config,
                    "listener "
                            + port
                            + " 127.0.0.1\n"
                            + "allow_anonymous true\n"
                            + "max_queued_messages 0\n"
                            + "max_inflight_messages 1000\n");
            broker = quiet("/usr/sbin/mosquitto", "-c", config.toString());
            Wait.pause(1000);
            subscriber =
                    quiet(
                            "mosquitto_sub",
                            "-p",
                            String.valueOf(port),
                            "-q",
                            "1",
                            "-t",
                            "#",
                            "-c",
                            "-i",
                            "bench-sub");
            Wait.pause(1000);
            long pid = broker.pid();
            return measure(
                    "mosquitto, one QoS 1 subscriber",
                    "127.0.0.1:" + port,
                    anonymous(),
                    () -> Cpu.micros(pid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (subscriber != null) {
                subscriber.destroyForcibly();
            }
            if (broker != null) {
                broker.destroyForcibly();
            }
        }
    }

    private static Process quiet(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static Result measure(
            String what, String address, List<Client> clients, LongSupplier cpu) {
        String[] at = address.split(":");
        try (MqttLoad load = MqttLoad.start(at[0], Integer.parseInt(at[1]), clients, WINDOW)) {
            Wait.pause(WARM_SECONDS * 1000L);
            long acked = load.acked();
            long micros = cpu.getAsLong();
            long from = System.nanoTime();
            Wait.pause(SECONDS * 1000L);
            long messages = load.acked() - acked;
            double seconds = (System.nanoTime() - from) / 1e9;
            Result result =
                    new Result(
                            what,
                            messages / seconds,
                            (double) (cpu.getAsLong() - micros) / messages);
            System.out.printf(
                    "%-34s %,9.0f msg/s  %6.1f us CPU/msg%n",
                    what, result.perSecond(), result.microsPerMessage());
            return result;
        }
    }

    private static void print(List<Result> results) {
        double bare = results.get(0).microsPerMessage();
        double mosquitto = results.get(1).microsPerMessage();
        double edge = results.get(2).microsPerMessage();
        System.out.printf(
                "(a) edge CPU per message: %.2f x mosquitto, %.2f x bare vertx-mqtt (goal <= 1 x"
                        + " mosquitto); %d connections x %d in flight, %d-byte posts%n",
                edge / mosquitto,
                edge / bare,
                CONNECTIONS,
                WINDOW,
                anonymous().getFirst().payload().length());
    }

    /** Rows in PostgreSQL per CPU second of all four processes together. */
    private static void wholeStack(SplitPlatform platform, List<Client> devices) {
        String[] at = platform.mqtt().split(":");
        long rowsBefore = settledRows(platform);
        try (MqttLoad load = MqttLoad.start(at[0], Integer.parseInt(at[1]), devices, WINDOW)) {
            Wait.pause(WARM_SECONDS * 1000L);
            long micros = platform.cpuMicros();
            long rows = rows(platform);
            long from = System.nanoTime();
            Wait.pause(SECONDS * 1000L);
            long stored = rows(platform) - rows;
            double seconds = (System.nanoTime() - from) / 1e9;
            double perCore = stored / ((platform.cpuMicros() - micros) / 1e6);
            System.out.printf(
                    "(b) device to queryable row, under load: %,.0f rows/s, %,.0f rows per"
                            + " core-second (goal >= 5,000)%n",
                    stored / seconds, perCore);
            long acked = load.drain();
            long all = settledRows(platform) - rowsBefore;
            System.out.printf("    acknowledged %,d, stored %,d%n", acked, all);
        }
    }

    private static long settledRows(SplitPlatform platform) {
        long last = -1;
        for (long now = rows(platform); now != last; now = rows(platform)) {
            last = now;
            Wait.pause(3000);
        }
        return last;
    }

    private static long rows(SplitPlatform platform) {
        String uri = platform.pgUri().replace("postgresql://", "");
        String user = uri.substring(0, uri.indexOf(':'));
        String password = uri.substring(uri.indexOf(':') + 1, uri.indexOf('@'));
        String server = uri.substring(uri.indexOf('@') + 1);
        try (var connection =
                        DriverManager.getConnection("jdbc:postgresql://" + server, user, password);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM ingest.property_post")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Client> anonymous() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(
                    new Client(
                            "bench-" + i,
                            "",
                            "",
                            "/sys/demoPK00000/bench" + i + "/thing/event/property/post",
                            payload()));
        }
        return clients;
    }

    /** Produced by the vendor through the API, in stock, known to the edge. */
    private static List<Client> devices(SplitPlatform platform) {
        Api vendor = platform.vendor();
        JsonNode products =
                vendor.post("/oms/product/list", Map.of("code", "demo-dispenser-0")).data();
        long product = products.get(0).get("id").asLong();
        String batch =
                vendor.post(
                                "/oms/produce/submit",
                                Map.of(
                                        "name",
                                        "bench",
                                        "amount",
                                        CONNECTIONS,
                                        "product_id",
                                        product,
                                        "batch_no",
                                        "B" + System.nanoTime()))
                        .data()
                        .get("id")
                        .asText();
        vendor.post("/oms/produce/confirm/" + batch, Map.of()).data();
        List<Client> clients = new ArrayList<>();
        for (JsonNode row :
                vendor.post("/oms/produce/download/" + batch, Map.of()).data().get("rows")) {
            clients.add(
                    client(
                            row.get("product_key").asText(),
                            row.get("device_name").asText(),
                            row.get("device_secret").asText()));
        }
        return clients;
    }

    static Client client(String pk, String dn, String secret) {
        String cid = pk + "." + dn;
        String sign = hmac(secret, "clientId" + cid + "deviceName" + dn + "productKey" + pk);
        return new Client(
                cid + "|securemode=3,signmethod=hmacsha256|",
                dn + "&" + pk,
                sign,
                "/sys/" + pk + "/" + dn + "/thing/event/property/post",
                payload());
    }

    /** About 250 bytes; the water counters stand still, as in a dispenser that nobody uses. */
    private static String payload() {
        return "{\"id\":\"1234567890\",\"version\":\"1.0\",\"sys\":{\"ack\":0},\"params\":{\"total_ml\":123456,\"pulse_total\":654321,\"power_on_s\":1234567,\"work_s\":34567,\"uptime_s\":76543,"
                   + "\"boot_id\":\"k3j9x0q2mz\",\"flow_ml_s\":0,\"temperature\":21.5,\"valve\":0},\"method\":\"thing.event.property.post\"}";
    }

    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
