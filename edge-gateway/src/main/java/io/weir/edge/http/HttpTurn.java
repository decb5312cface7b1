package io.weir.edge.http;

import io.vertx.core.http.HttpServerResponse;
import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Turn;
import io.weir.edge.metering.MeteringInlet;

import org.jspecify.annotations.Nullable;

/** One post over HTTP; answered when it and those of its device before it are settled. */
final class HttpTurn extends Turn {
    private final HttpSender sender;
    private final MeteringInlet inlet;
    private final HttpLoop asker;
    private final HttpServerResponse response;
    private final long messageId;

    /**
     * @param asker where the request came in, which may be another loop than the device's
     */
    HttpTurn(
            HttpSender sender,
            AlinkTopic topic,
            MeteringInlet inlet,
            HttpLoop asker,
            HttpServerResponse response,
            long messageId) {
        super(sender, topic);
        this.sender = sender;
        this.inlet = inlet;
        this.asker = asker;
        this.response = response;
        this.messageId = messageId;
    }

    @Override
    protected void answer() {
        sender.drain(inlet);
    }

    /** Answered with a code, never with an Alink reply. */
    @Override
    protected @Nullable String replyTo() {
        return null;
    }

    void respond() {
        asker.run(this::write);
    }

    private void write() {
        if (kept()) {
            HttpReply.send(
                    response,
                    200,
                    "{\"code\":0,\"message\":\"success\",\"info\":{\"messageId\":"
                            + messageId
                            + "}}");
        } else {
            HttpReply.code(response, HttpCode.NOT_PUBLISHED);
        }
    }
}
