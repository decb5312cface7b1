package io.weir.edge.script;

import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Outcome;
import io.weir.edge.registry.Device;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.runtime.script.ScriptFault;
import io.weir.runtime.script.ScriptFault.Kind;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Messages on a device's own topics. Published with {@code ?_sn=default} behind the topic they go
 * through the product's {@code transformPayload}, and what it makes of them is what is kept; all
 * others go on as they are.
 */
public final class ScriptedMessages implements AlinkHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptedMessages.class);

    private final Scripts scripts;
    private final AlinkHandler plain;

    /**
     * @param plain handles what no script shall see
     */
    public ScriptedMessages(Scripts scripts, AlinkHandler plain) {
        this.scripts = scripts;
        this.plain = plain;
    }

    @Override
    public void handle(AlinkMessage message) {
        String marked = message.topic().name;
        String name = AlinkTopic.unmarked(marked);
        if (name.equals(marked)) {
            plain.handle(message);
            return;
        }
        Device device = message.sender().device();
        String topic = "/" + device.productKey() + "/" + device.deviceName() + "/" + name;
        scripts.transform(device.product(), topic, message.payload())
                .onComplete(
                        json -> keep(message, name, json),
                        fault -> refuse(message, (ScriptFault) fault));
    }

    private static void keep(AlinkMessage message, String name, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        message.decoded(bytes);
        var fact = new AlinkMessage.Fact(FactKind.MESSAGE, name, bytes);
        message.journal(Lane.TELEMETRY, List.of(fact), Outcome.ACCEPTED);
    }

    private static void refuse(AlinkMessage message, ScriptFault fault) {
        message.scriptFailed(fault.words());
        if (fault.kind() == Kind.THROTTLED) {
            message.refuse();
        } else {
            LOG.debug("{}: {}", message.sender().device(), fault.words());
            message.finish(Outcome.REJECTED);
        }
    }
}
