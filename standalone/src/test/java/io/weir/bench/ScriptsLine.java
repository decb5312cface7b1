package io.weir.bench;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.e2e.Api;
import io.weir.e2e.Cpu;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.Platform;
import io.weir.e2e.Wait;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * CPU of the edge process for a message that the product's script makes of bytes, over that of the
 * same message as JSON: the same values, the same devices, neither wants a reply.
 */
final class ScriptsLine implements Line {
    private static final String SCRIPT =
            """
            function rawDataToProtocol(bytes) {
              var sum = 0;
              for (var i = 0; i < bytes.length - 1; i++) sum = (sum + bytes[i]) & 0xff;
              if (sum !== bytes[bytes.length - 1]) throw new Error('checksum');
              var v = new DataView(new Uint8Array(bytes).buffer), id = '';
              for (var k = 0; k < 10; k++) id += String.fromCharCode(bytes[24 + k]);
              return {id: '' + v.getUint32(0), version: '1.0', sys: {ack: 0}, params: {total_ml: v.getUint32(4),
                pulse_total: v.getUint32(8), power_on_s: v.getUint32(12), work_s: v.getUint32(16), uptime_s: v.getUint32(20),
                boot_id: id, flow_ml_s: v.getUint16(34), temperature: v.getInt16(36) / 10, valve: bytes[38]},
                method: 'thing.event.property.post'};
            }
            function protocolToRawData(json) { return [json.code === 200 ? 0 : 1]; }
            """;

    private static final int COMPILING_SECONDS = 90;

    @Override
    public String name() {
        return "scripts";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        List<DeviceLogin> devices = rig.devices(Rig.CONNECTIONS);
        double json =
                load(rig, report, "JSON", devices, "thing/event/property/post", Payload.PROPERTIES);
        publish(rig.platform().vendor());
        double interpreted =
                load(rig, report, "raw, interpreted", devices, "thing/model/up_raw", raw());
        double compiled = compiled(rig, report, devices);
        report.atMost(name(), "CPU a raw message against JSON", compiled / json, 3, "x");
        report.say(
                "%d raw bytes with a checksum, %d bytes of JSON; interpreted %.1f x of JSON, for an"
                        + " edge without the compiler (ADR 014)",
                raw().length, Payload.PROPERTIES.length, interpreted / json);
    }

    /** An edge with the compiler on its module path; it takes a while until it has compiled all. */
    private static double compiled(Rig rig, Report report, List<DeviceLogin> devices) {
        rig.platform()
                .set(
                        Map.of(
                                Platform.JVM_OPTIONS,
                                "-XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI"
                                        + " --upgrade-module-path="
                                        + Path.of("target/script-compiler").toAbsolutePath()));
        rig.restartEdge();
        report.progress("the compiler learns for " + COMPILING_SECONDS + " s");
        try (Fleet fleet =
                Fleet.connected(rig.platform().mqtt(), devices, "thing/model/up_raw", raw())) {
            fleet.window(Rig.WINDOW);
            Wait.pause(Duration.ofSeconds(COMPILING_SECONDS).toMillis());
        }
        double each = load(rig, report, "raw, compiled", devices, "thing/model/up_raw", raw());
        rig.platform().set(Map.of(Platform.JVM_OPTIONS, ""));
        rig.restartEdge();
        return each;
    }

    private static void publish(Api vendor) {
        JsonNode products =
                vendor.post("/oms/product/list", Map.of("code", "demo-dispenser-0")).data();
        String path = "/products/" + products.get(0).get("id").asLong() + "/script";
        int version = vendor.put(path, Map.of("source", SCRIPT)).data().get("version").asInt();
        vendor.post(path + "/publish", Map.of("version", version)).data();
        Wait.pause(2000); // the edge hears of it by a signal
    }

    /** The values of {@link Payload#PROPERTIES}. */
    private static byte[] raw() {
        ByteBuffer b = ByteBuffer.allocate(40);
        b.putInt(1234567890).putInt(123456).putInt(654321).putInt(1234567).putInt(34567);
        b.putInt(76543).put("k3j9x0q2mz".getBytes(StandardCharsets.US_ASCII));
        b.putShort((short) 0).putShort((short) 215).put((byte) 0);
        int sum = 0;
        for (int i = 0; i < b.position(); i++) {
            sum += b.get(i);
        }
        return b.put((byte) sum).array();
    }

    private static double load(
            Rig rig,
            Report report,
            String name,
            List<DeviceLogin> devices,
            String what,
            byte[] payload) {
        long pid = rig.platform().edgeProcess().pid();
        try (Fleet fleet = Fleet.connected(rig.platform().mqtt(), devices, what, payload)) {
            fleet.window(Rig.WINDOW);
            Wait.pause(rig.seconds().toMillis());
            long acked = fleet.acked();
            long micros = Cpu.micros(pid);
            long from = System.nanoTime();
            Wait.pause(rig.seconds().toMillis());
            long messages = fleet.acked() - acked;
            double seconds = (System.nanoTime() - from) / 1e9;
            double each = (double) (Cpu.micros(pid) - micros) / messages;
            report.say(
                    "%-16s %,9.0f msg/s  %5.1f us CPU a message", name, messages / seconds, each);
            return each;
        }
    }
}
