package io.weir.api.devices;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.weir.api.Done;
import io.weir.api.Op;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What a device asks before it may connect: its secret (facts: alink.md section 2) and where to go
 * (section 4). Gateways ask in its name. Answers carry Alink's codes, 200 is success; a question
 * fails only when nobody can tell.
 */
public interface RegistrationApi {
    int SUCCESS = 200;
    int FORBIDDEN = 403;
    int BAD_PARAMETER = 460;
    int NO_DEVICE = 6100;
    int DEVICE_DISABLED = 6204;
    int NO_PRODUCT = 6250;
    int BAD_NAME = 6280;
    int BAD_SIGN = 6287;
    int SWITCHED_OFF = 6288;
    int ALREADY_ACTIVE = 6289;
    int TOO_MANY = 429;
    int NO_ADDRESS = 503;

    Duration WITHIN = Duration.ofSeconds(5);

    /**
     * Dynamic registration. The device must be, or become, the asking gateway's: a secret travels
     * to no other. Asked again before the device's first connection it answers the same.
     */
    Op<Register, Registered> REGISTER =
            Op.of("devices.register.v1", Register.class, Registered.class).within(WITHIN);

    /**
     * The public address of the gateway that a device is assigned to, asked at any gateway; of its
     * tenant's default when it is assigned to none.
     */
    Op<Bootstrap, Endpoint> BOOTSTRAP =
            Op.of("devices.bootstrap.v1", Bootstrap.class, Endpoint.class).within(WITHIN);

    /** A gateway tells where devices reach it; told again whenever its link comes up. */
    Op<Hello, Done> HELLO = Op.of("devices.gateway.hello.v1", Hello.class, Done.class);

    /**
     * A device without presence (one that posts over HTTP) has shown its secret: from now on it
     * can't be registered again. Idempotent; without effect for another gateway's device.
     */
    Op<Activated, Done> ACTIVATED =
            Op.of("devices.activated.v1", Activated.class, Done.class).within(WITHIN);

    /** How a device registers. */
    enum Form {
        /** {@code authType=register}: an existing device gets its secret. */
        @JsonProperty("register")
        SECRET,
        /** {@code authType=regnwl}: a device that need not exist gets a client id and a token. */
        @JsonProperty("regnwl")
        TOKEN
    }

    /**
     * @param sign hex HMAC under the product's secret, of either case
     * @param signMethod as on the wire
     * @param tls nobody else can read the answer
     * @param address where the device asks from, for the audit
     */
    record Register(
            String gateway,
            Form form,
            String productKey,
            String deviceName,
            String random,
            String sign,
            String signMethod,
            boolean tls,
            String address) {}

    /**
     * @param code {@link #SUCCESS}, else nothing more is told
     * @param deviceSecret of form SECRET
     * @param clientId of form TOKEN, with {@code deviceToken}
     */
    record Registered(
            int code,
            String message,
            @Nullable String deviceSecret,
            @Nullable String clientId,
            @Nullable String deviceToken) {
        public static Registered refused(int code, String message) {
            return new Registered(code, message, null, null, null);
        }

        /** Without what is secret, for logs. */
        @Override
        public String toString() {
            return "Registered " + code + ' ' + message;
        }
    }

    record Bootstrap(String gateway, String productKey, String deviceName) {}

    /**
     * @param host null unless {@code code} is {@link #SUCCESS}
     * @param port plain MQTT
     */
    record Endpoint(int code, String message, @Nullable String host, int port) {}

    /**
     * @param publicHost name or address, at most 128 signs: the C SDK reads no longer one
     * @param publicMqttPort 1 to 65535
     */
    record Hello(String gateway, String publicHost, int publicMqttPort) {}

    record Activated(String gateway, String deviceId) {}
}
