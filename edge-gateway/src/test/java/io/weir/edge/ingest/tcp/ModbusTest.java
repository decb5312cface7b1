package io.weir.edge.ingest.tcp;

import static io.weir.edge.GatewayRig.await;
import static io.weir.edge.TestProducts.DEVICE;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.edge.downlink.DeviceLine;
import io.weir.model.fact.FactKind;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The worked example of docs/modbus.md: a water dispenser's counter behind a serial server. */
class ModbusTest {
    private static final String TABLE =
            """
            "registration":{"kind":"signed"},"welcome":"6f6b0a","frame_bytes":260,"framing":null,
            "modbus":{"timeout":"PT0.3S","retries":1,"pause":"PT0.01S",
             "polls":[
              {"slave":1,"function":3,"register":0,"count":3,"every":"PT0.1S","values":[
               {"property":"total_ml","at":0,"type":"UINT32","scale":10},
               {"property":"temperature","at":2,"type":"INT16","scale":0.1}]},
              {"slave":1,"function":1,"register":4,"count":1,"every":"PT0.2S","values":[
               {"property":"lamp","at":0,"type":"BIT","scale":null}]}],
             "writes":[
              {"property":"setpoint","slave":1,"function":6,"register":10,"type":"UINT16","scale":null},
              {"property":"lamp","slave":1,"function":5,"register":4,"type":"BIT","scale":null}]}
            """;

    @TempDir Path folder;

    /** A slave behind a serial server: registers, and a switch to make it silent. */
    private static final class Slave extends Thread {
        final Map<Integer, Integer> registers = new ConcurrentHashMap<>();
        final Map<Integer, Integer> refused = new ConcurrentHashMap<>();
        volatile int silentFor;
        private final Socket socket;

        Slave(Socket socket) {
            this.socket = socket;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    byte[] question = socket.getInputStream().readNBytes(8);
                    if (question.length < 8) {
                        return;
                    }
                    if (silentFor > 0) {
                        silentFor--;
                        continue;
                    }
                    int at = SlaveLine.word(question, 2);
                    if (refused.containsKey(at)) {
                        TcpRig.send(socket, SlaveLine.exception(question, refused.get(at)));
                        continue;
                    }
                    if (question[1] >= 5) {
                        registers.put(at, SlaveLine.word(question, 4));
                    }
                    TcpRig.send(
                            socket, SlaveLine.answer(question, r -> registers.getOrDefault(r, 0)));
                }
            } catch (IOException e) {
                // The gateway closed it.
            }
        }
    }

    @Test
    @Tag("cell:property-post/modbus/raw")
    @Tag("cell:property-set/modbus/raw")
    void theGatewayReadsTheCounterAndWritesTheSetpoint() {
        try (TcpRig rig = new TcpRig(folder, 8, TABLE)) {
            Slave slave = new Slave(rig.device());
            slave.registers.putAll(Map.of(0, 1, 1, 2, 2, 655, 4, 0));
            slave.start();
            await(() -> !rig.rig.inlet.reports.isEmpty());
            assertThat(rig.rig.inlet.reports.getFirst().totalMl()).isEqualTo(655_380);
            await(() -> rig.rig.log.of(FactKind.PROPERTY_POST).size() >= 2);
            assertThat(rig.rig.log.of(FactKind.PROPERTY_POST))
                    .extracting(e -> e.text())
                    .anyMatch(t -> t.contains("\"total_ml\":655380") && t.contains("65.5"))
                    .anyMatch(t -> t.contains("\"lamp\":0"));
            CommandReply set =
                    rig.rig.downlink.setProperties(DEVICE, "{\"setpoint\":55,\"lamp\":1}").await();
            assertThat(set.code()).isEqualTo(200);
            assertThat(slave.registers).containsEntry(10, 55).containsEntry(4, 0xff00);
            slave.refused.put(10, 2);
            set = rig.rig.downlink.setProperties(DEVICE, "{\"setpoint\":60}").await();
            assertThat(set.code()).isEqualTo(100_002);
            assertThat(set.message()).contains("exception 2");
        }
    }

    @Test
    void aSilentSlaveIsAskedAgainAndCounted() {
        try (TcpRig rig = new TcpRig(folder, 8, TABLE)) {
            Slave slave = new Slave(rig.device());
            slave.silentFor = 5;
            slave.registers.put(1, 5);
            slave.start();
            await(() -> rig.rig.count("weir.modbus.unread") >= 2);
            await(() -> !rig.rig.inlet.reports.isEmpty());
            assertThat(rig.rig.inlet.reports.getFirst().totalMl()).isEqualTo(50);
            DeviceLine line = rig.rig.lines.find(DEVICE);
            assertThat(line.publish("/sys/x/y/thing/model/down_raw", new byte[1])).isFalse();
        }
    }
}
