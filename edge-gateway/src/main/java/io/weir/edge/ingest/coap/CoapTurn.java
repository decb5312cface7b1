package io.weir.edge.ingest.coap;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Turn;

import java.util.function.Consumer;

/** One post; answered when it and those of its device before it are settled. */
final class CoapTurn extends Turn {
    final Consumer<CoapTurn> respond;
    private final Consumer<CoapSender> settled;
    private final CoapSender sender;

    CoapTurn(
            CoapSender sender,
            AlinkTopic topic,
            Consumer<CoapSender> settled,
            Consumer<CoapTurn> respond) {
        super(sender, topic);
        this.sender = sender;
        this.settled = settled;
        this.respond = respond;
    }

    @Override
    protected void answer() {
        settled.accept(sender);
    }
}
