package io.weir.edge.alink;

/**
 * What is done with one kind of message. Called on the sender's event loop; must return at once,
 * and see to it that the message is finished, now or later.
 */
@FunctionalInterface
public interface AlinkHandler {
    void handle(AlinkMessage message);
}
