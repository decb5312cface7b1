package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a device logs in and where it publishes (facts: alink.md section 1), signed once, since the
 * signature has no time in it.
 */
public record DeviceLogin(
        String productKey, String deviceName, String clientId, String user, String password) {
    /** A device of these credentials. */
    public static DeviceLogin of(String productKey, String deviceName, String secret) {
        String cid = productKey + "." + deviceName;
        String text = "clientId" + cid + "deviceName" + deviceName + "productKey" + productKey;
        return new DeviceLogin(
                productKey,
                deviceName,
                cid + "|securemode=3,signmethod=hmacsha256|",
                deviceName + "&" + productKey,
                hmac(secret, text));
    }

    /** A row of a produced batch, a device of {@code demo.json}. */
    public static DeviceLogin of(JsonNode row) {
        return of(
                row.get("product_key").asText(),
                row.get("device_name").asText(),
                row.get("device_secret").asText());
    }

    /** For servers that let everybody in. */
    public static DeviceLogin anonymous(int number) {
        String name = "bench" + number;
        return new DeviceLogin("demoPK00000", name, name, "", "");
    }

    /**
     * @param what for example {@code thing/event/property/post}
     */
    public String topic(String what) {
        return "/sys/" + productKey + "/" + deviceName + "/" + what;
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

    @Override
    public String toString() {
        return productKey + "/" + deviceName;
    }
}
