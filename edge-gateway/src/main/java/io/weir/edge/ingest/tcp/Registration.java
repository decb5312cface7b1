package io.weir.edge.ingest.tcp;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import io.weir.edge.guard.AddressRange;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * How a device says who it is: what comes first on its connection. In the endpoints file by its
 * {@code kind}: signed or packets (docs/tcp.md).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Registration.Signed.class, name = "signed"),
    @JsonSubTypes.Type(value = Registration.Packets.class, name = "packets")
})
public sealed interface Registration {
    /**
     * @param sign hex of the signature; null where the address stands for it
     * @param size bytes that were read
     */
    record Name(String deviceName, @Nullable String sign, int size) {}

    /** Who it says it is; null when more must come. */
    @Nullable Name read(byte[] bytes, String productKey) throws BadFrame;

    /** May a device register from here without a signature? */
    default boolean vouchedFor(InetAddress address) {
        return false;
    }

    /**
     * A line {@code productKey/deviceName/sign}, ended by LF or CR LF. The sign is the hex HMAC
     * SHA-256, under the device's secret, of what Alink signs with the client id {@code
     * productKey.deviceName} and no timestamp (facts: alink.md section 1).
     */
    record Signed() implements Registration {
        private static final int MAX = 256;
        private static final int PARTS = 3;

        @Override
        public @Nullable Name read(byte[] bytes, String productKey) throws BadFrame {
            int end = 0;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            if (end > MAX) {
                throw new BadFrame("no registration line within " + MAX + " bytes");
            }
            if (end == bytes.length) {
                return null;
            }
            String[] parts =
                    new String(bytes, 0, end, StandardCharsets.UTF_8).strip().split("/", -1);
            if (parts.length != PARTS || parts[1].isEmpty() || parts[2].isEmpty()) {
                throw new BadFrame("a registration is productKey/deviceName/sign");
            }
            if (!parts[0].equals(productKey)) {
                throw new BadFrame("this port is of another product");
            }
            return new Name(parts[1], parts[2], end + 1);
        }
    }

    /**
     * Fixed bytes for each device, as cheap serial servers send them. Anybody can send them, so
     * they hold only from the networks named here, which the operator vouches for.
     *
     * @param trustedFrom networks as {@code address/bits}; at least one
     * @param devices hex of the packet, to device name; none begins with another
     */
    record Packets(List<String> trustedFrom, Map<String, String> devices) implements Registration {
        public Packets {
            if (trustedFrom.isEmpty() || devices.isEmpty()) {
                throw new IllegalArgumentException(
                        "packets are no proof: trusted_from and devices must be given");
            }
            trustedFrom = List.copyOf(trustedFrom);
            devices = Map.copyOf(devices);
            trustedFrom.forEach(network -> AddressRange.parse(network, true));
            for (String one : devices.keySet()) {
                HexFormat.of().parseHex(one);
                for (String other : devices.keySet()) {
                    if (one.isEmpty() || !one.equals(other) && other.startsWith(one)) {
                        throw new IllegalArgumentException("packet " + one + " begins another");
                    }
                }
            }
        }

        @Override
        public boolean vouchedFor(InetAddress address) {
            return trustedFrom.stream()
                    .anyMatch(network -> AddressRange.parse(network, true).has(address));
        }

        @Override
        public @Nullable Name read(byte[] bytes, String productKey) throws BadFrame {
            boolean may = false;
            for (Map.Entry<String, String> device : devices.entrySet()) {
                byte[] packet = HexFormat.of().parseHex(device.getKey());
                int common = Math.min(packet.length, bytes.length);
                if (Arrays.equals(packet, 0, common, bytes, 0, common)) {
                    if (common == packet.length) {
                        return new Name(device.getValue(), null, packet.length);
                    }
                    may = true;
                }
            }
            if (!may) {
                throw new BadFrame("an unknown registration packet");
            }
            return null;
        }
    }
}
