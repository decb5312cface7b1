package io.weir.edge.alink;

import java.util.function.Consumer;

/** A message in other words; what becomes of it becomes of the message as it came. */
final class Retold extends Turn {
    private final Turn original;
    private final Consumer<byte[]> onReply;

    Retold(Turn original, AlinkTopic topic, Consumer<byte[]> onReply) {
        super(original.from(), topic);
        this.original = original;
        this.onReply = onReply;
    }

    @Override
    protected void answer() {
        byte[] reply = reply();
        original.tellOf(this);
        original.done(kept());
        if (kept() && reply != null) {
            onReply.accept(reply);
        }
    }
}
