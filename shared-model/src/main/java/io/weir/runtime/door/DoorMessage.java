package io.weir.runtime.door;

import io.vertx.core.buffer.Buffer;
import io.weir.model.fact.Lane;

/**
 * One message between a gateway and the door. A connection begins with {@link Hello} from the
 * gateway and {@link Welcome} from the door; only then come the others.
 */
public sealed interface DoorMessage {
    /**
     * The gateway's first word.
     *
     * @param gateway its name, which must be the one of its certificate
     */
    record Hello(String gateway) implements DoorMessage {}

    /**
     * The door's first word.
     *
     * @param epoch of this connection; the highest of a gateway is the one that counts
     * @param window bytes of frames that may be on the way and not acknowledged
     */
    record Welcome(long epoch, int window) implements DoorMessage {}

    /** Frames of this journal follow; said once, before the first of them. */
    record Uplink(String journal) implements DoorMessage {}

    /**
     * A question, either way.
     *
     * @param id chosen by who asks, unique among its open questions of this connection
     * @param waitMs how long the asker waits for the reply
     * @param address of the operation, without the gateway's name
     * @param requestId for logs and audit; who asks is never in the message, the door knows it
     * @param body JSON of the operation's request
     */
    record Request(long id, int waitMs, String address, String requestId, Buffer body)
            implements DoorMessage {}

    /**
     * @param body JSON of the bus's envelope: data or problem
     */
    record Reply(long id, Buffer body) implements DoorMessage {}

    /** A hint, which may be lost. */
    record Signal(String address, Buffer body) implements DoorMessage {}

    /** A frame of the journal, as it lies there. */
    record Frame(Lane lane, int partition, long number, Buffer bytes) implements DoorMessage {}

    /** Kafka has the frame on enough replicas; in order within lane and partition. */
    record FrameAck(Lane lane, int partition, long number) implements DoorMessage {}

    /** Answered with a {@link Pong} of the same stamp. */
    record Ping(long stamp) implements DoorMessage {}

    record Pong(long stamp) implements DoorMessage {}
}
