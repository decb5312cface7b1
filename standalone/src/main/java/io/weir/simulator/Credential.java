package io.weir.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One device.
 *
 * @param deviceId empty = unknown, then nobody can order there
 * @param model what stands behind it: {@code dispenser-0}, {@code filter}, {@code thing}; empty =
 *     as the command line says
 * @param productId its product's number in the OMS; 0 = unknown
 */
record Credential(
        String deviceId,
        String productKey,
        String deviceName,
        String deviceSecret,
        String model,
        long productId) {

    /** MQTT client id, alink.md section 1. */
    String clientId() {
        return cid() + "|securemode=3,signmethod=hmacsha256,_v=weir-simulator|";
    }

    String user() {
        return deviceName + "&" + productKey;
    }

    /** Of MQTT and of HTTP's /auth alike: there is no time in it. */
    String password() {
        String text = "clientId" + cid() + "deviceName" + deviceName + "productKey" + productKey;
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(deviceSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param what for example {@code thing/event/property/post}
     */
    String topic(String what) {
        return "/sys/" + productKey + "/" + deviceName + "/" + what;
    }

    String cid() {
        return productKey + "." + deviceName;
    }

    /** Without its secret: this stands in messages. */
    @Override
    public String toString() {
        return productKey + "/" + deviceName;
    }
}
