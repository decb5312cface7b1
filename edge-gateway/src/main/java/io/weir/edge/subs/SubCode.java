package io.weir.edge.subs;

import io.weir.edge.alink.AlinkReply;
import io.weir.edge.registry.Device;
import io.weir.runtime.json.Json;

import java.util.List;
import java.util.stream.Collectors;

/** What a gateway hears about its sub-devices (facts: alink.md section 10). */
final class SubCode {
    static final int FORBIDDEN = 403;
    static final int TOO_MANY = 428;
    static final int TOO_FAST = 429;
    static final int BAD_PARAMETER = AlinkReply.BAD_PARAMETER;
    static final int CANNOT_TELL = 503;
    static final int NO_SESSION = 520;
    static final int DELETED = 521;
    static final int DISABLED = 522;
    static final int UNKNOWN = 6100;
    static final int WRONG_SIGN = 6287;
    static final int NO_TOPOLOGY = 6401;

    private SubCode() {}

    static String message(int code) {
        return switch (code) {
            case AlinkReply.OK -> "success";
            case FORBIDDEN -> "the sub-device must not come in here";
            case TOO_MANY -> "too many sub-devices";
            case TOO_FAST -> "too many logins, try later";
            case CANNOT_TELL -> "the cloud gives no answer, try later";
            case NO_SESSION -> "the sub-device is not logged in";
            case DELETED -> "the sub-device is deleted";
            case DISABLED -> "the sub-device is disabled";
            case UNKNOWN -> "no such device";
            case WRONG_SIGN -> "wrong signature";
            case NO_TOPOLOGY -> "the sub-device is not in the gateways topology";
            default -> "request parameter error";
        };
    }

    static String data(String productKey, String deviceName) {
        return "{\"productKey\":"
                + quoted(productKey)
                + ",\"deviceName\":"
                + quoted(deviceName)
                + "}";
    }

    /** An array of a batch, an object of one. */
    static String data(List<Device> devices, boolean batch) {
        String all =
                devices.stream()
                        .map(d -> data(d.productKey(), d.deviceName()))
                        .collect(Collectors.joining(","));
        return batch ? "[" + all + "]" : all;
    }

    private static String quoted(String text) {
        return Json.text(text);
    }
}
