package io.weir.edge.script;

import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.Outcome;
import io.weir.edge.downlink.Downlink;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;

/** Bytes that answer a command; the product's script says what they mean. */
public final class RawReplyHandler implements AlinkHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RawReplyHandler.class);

    private final Scripts scripts;
    private final Downlink downlink;

    public RawReplyHandler(Scripts scripts, Downlink downlink) {
        this.scripts = scripts;
        this.downlink = downlink;
    }

    @Override
    public void handle(AlinkMessage message) {
        scripts.fromRaw(message.sender().device().product(), message.payload())
                .onComplete(
                        json -> take(message, json.getBytes(StandardCharsets.UTF_8)),
                        fault -> {
                            LOG.debug("{}: {}", message.sender().device(), fault.getMessage());
                            message.scriptFailed(String.valueOf(fault.getMessage()));
                            message.finish(Outcome.REJECTED);
                        });
    }

    private void take(AlinkMessage message, byte[] json) {
        String name = message.topic().name;
        @Nullable String id = name.isEmpty() ? null : name;
        message.decoded(json);
        boolean awaited = downlink.replied(message.sender(), id, json, 0, json.length);
        message.finish(awaited ? Outcome.ACCEPTED : Outcome.IGNORED);
    }
}
