package io.weir.edge.ingest.tcp;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.registry.Device;

/** Which talk an endpoint has, and the topics of its device. */
final class Talks {
    private Talks() {}

    static Talk of(TcpSession session, Endpoint endpoint) {
        ModbusTable modbus = endpoint.modbus();
        Framing framing = endpoint.framing();
        if (modbus != null) {
            return new ModbusTalk(session, modbus);
        }
        if (framing == null) {
            throw new IllegalStateException("neither framing nor modbus");
        }
        return new RawTalk(session, framing, endpoint.frameBytes());
    }

    /** {@code /sys/productKey/deviceName/thing/} and the rest. */
    static String name(Device device, String rest) {
        return "/sys/" + device.productKey() + "/" + device.deviceName() + "/thing/" + rest;
    }

    static AlinkTopic topic(Device device, String rest) {
        return AlinkTopic.of(name(device, rest), device);
    }
}
