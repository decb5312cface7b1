package io.weir.edge.alink;

import io.weir.edge.alink.AlinkMessage.Fact;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Messages on the device's own topics, of any form: journaled as they are, for whoever subscribes
 * to them (docs/subscription.md).
 */
public final class UserMessages implements AlinkHandler {
    /** facts: alink.md section 12. */
    private static final int TOPIC_BYTES = 128;

    @Override
    public void handle(AlinkMessage message) {
        String name = message.topic().name;
        if (name.getBytes(StandardCharsets.UTF_8).length > TOPIC_BYTES) {
            message.finish(Outcome.REJECTED);
            return;
        }
        var fact = new Fact(FactKind.MESSAGE, name, message.payload());
        message.journal(Lane.TELEMETRY, List.of(fact), Outcome.ACCEPTED);
    }
}
