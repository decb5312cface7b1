package io.weir.edge.script;

import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkReply;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Outcome;
import io.weir.edge.downlink.Downlink;
import io.weir.edge.registry.Device;
import io.weir.edge.registry.Product;
import io.weir.runtime.script.ScriptFault;
import io.weir.runtime.script.ScriptFault.Kind;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;

/**
 * Bytes of a device (facts: alink.md section 6, raw). Its product's script makes an Alink message
 * of them, which is handled as if the device had sent it; the reply goes back through the script.
 * What the script makes no message of is acknowledged and dropped, with a code of section 10 as
 * JSON, since nothing is left that could say it in bytes. While the script is switched off nothing
 * is acknowledged.
 */
public final class RawUpHandler implements AlinkHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RawUpHandler.class);
    private static final int NO_METHOD = 6450;
    private static final String EVENT = "thing.event.";
    private static final byte[] NO_ID = new byte[0];

    private final Scripts scripts;
    private final Downlink downlink;

    public RawUpHandler(Scripts scripts, Downlink downlink) {
        this.scripts = scripts;
        this.downlink = downlink;
    }

    @Override
    public void handle(AlinkMessage message) {
        scripts.fromRaw(message.sender().device().product(), message.payload())
                .onComplete(
                        json -> take(message, json), fault -> refuse(message, (ScriptFault) fault));
    }

    private void take(AlinkMessage message, String json) {
        Said said = Said.read(json);
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        if (said.reply()) {
            message.decoded(bytes);
            boolean awaited = downlink.replied(message.sender(), null, bytes, 0, bytes.length);
            message.finish(awaited ? Outcome.ACCEPTED : Outcome.IGNORED);
        } else if (said.method().isEmpty()) {
            refuse(message, NO_METHOD, "the script named no method");
        } else if (!said.method().startsWith(EVENT)) {
            refuse(message, Kind.BAD_RETURN.code(), "the script named no event method");
        } else {
            AlinkTopic topic = topic(message.sender().device(), said.method());
            message.retell(topic, bytes, reply -> reply(message, reply));
        }
    }

    private void reply(AlinkMessage message, byte[] json) {
        Product product = message.sender().device().product();
        scripts.toRaw(product, new String(json, StandardCharsets.UTF_8))
                .onSuccess(message::reply)
                .onFailure(fault -> LOG.debug("no reply in bytes: {}", fault.getMessage()));
    }

    private static void refuse(AlinkMessage message, ScriptFault fault) {
        message.scriptFailed(fault.words());
        if (fault.kind() == Kind.THROTTLED) {
            message.reply(json(message, fault.kind().code(), words(fault.kind())));
            message.refuse();
        } else {
            LOG.debug("{}: {}", message.sender().device(), fault.words());
            refuse(message, fault.kind().code(), words(fault.kind()));
        }
    }

    private static void refuse(AlinkMessage message, int code, String words) {
        message.answer(json(message, code, words), Outcome.REJECTED);
    }

    private static byte[] json(AlinkMessage message, int code, String words) {
        return AlinkReply.join(NO_ID, AlinkReply.tail(code, words, message.topic().method, "{}"));
    }

    /** Not the script's own words: they may be anything, and a small device reads them. */
    private static String words(Kind kind) {
        return switch (kind) {
            case EMPTY -> "the product has no script";
            case ERROR -> "the script failed";
            case LIMIT -> "the script was stopped";
            case MISSING -> "the script lacks a function";
            case BAD_RETURN -> "the script returned no message";
            case THROTTLED -> "the script is switched off for a while";
        };
    }

    private static AlinkTopic topic(Device device, String method) {
        String topic =
                "/sys/"
                        + device.productKey()
                        + "/"
                        + device.deviceName()
                        + "/"
                        + method.replace('.', '/');
        return AlinkTopic.parse(topic, device.productKey(), device.deviceName());
    }
}
