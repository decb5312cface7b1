package io.weir.api.alink;

import io.weir.api.Op;

import java.time.Duration;

/**
 * What a device asks the cloud in Alink's words (facts: alink.md section 6), one operation for each
 * context that answers. The gateway has checked who the device is and that the payload is an Alink
 * request; the context checks that the device is the gateway's (or was, DESIGN section 2), judges
 * the params, and answers with Alink's codes (section 10). Fails only when nobody can tell; the
 * device then hears 503.
 */
public interface AlinkApi {
    Duration WITHIN = Duration.ofSeconds(8);

    /** Desired properties, shadow, tags, log configuration. */
    Op<Question, Answer> TWIN =
            Op.of("twin.device.ask.v1", Question.class, Answer.class).within(WITHIN);

    /** Firmware on offer, jobs. */
    Op<Question, Answer> OTA =
            Op.of("ota.device.ask.v1", Question.class, Answer.class).within(WITHIN);

    /** Sub-devices: registration and topology. */
    Op<Question, Answer> TOPOLOGY =
            Op.of("devices.topology.ask.v1", Question.class, Answer.class).within(WITHIN);

    /** Uploads of files. */
    Op<Question, Answer> FILES =
            Op.of("files.device.ask.v1", Question.class, Answer.class).within(WITHIN);

    /** Remote configuration. */
    Op<Question, Answer> CONFIGURATION =
            Op.of("configuration.device.ask.v1", Question.class, Answer.class).within(WITHIN);

    /**
     * @param gateway who asks in the device's name; the door sets it
     * @param method as the topic says it, e.g. {@code thing.property.desired.get}, {@code
     *     shadow.update}
     * @param paramsJson the request's params as they came: an object, an array, a text or null; of
     *     a shadow the whole message
     */
    record Question(String gateway, String deviceId, String method, String paramsJson) {}

    /**
     * @param code Alink's, 200 is success
     * @param message never equal to a key's name (facts: alink.md section 0, point 2)
     * @param dataJson an object or an array, {@code {}} when there is nothing
     */
    record Answer(int code, String message, String dataJson) {
        public static Answer ok(String dataJson) {
            return new Answer(200, "success", dataJson);
        }

        public static Answer refused(int code, String message) {
            return new Answer(code, message, "{}");
        }
    }
}
