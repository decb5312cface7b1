package io.weir.cloud.door;

import io.weir.runtime.door.DoorFault;
import io.weir.runtime.door.DoorMessage;
import io.weir.runtime.door.DoorMessage.Frame;
import io.weir.runtime.door.DoorMessage.FrameAck;
import io.weir.runtime.fact.FrameCodec;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Frames of one gateway's connection: checked to be its own, produced in order, acknowledged after
 * Kafka's acknowledgement. Whether the devices in it are the gateway's is checked by the consumers,
 * in both modes alike (DESIGN section 2).
 */
final class FrameIntake {
    private final String gateway;
    private final int partitions;
    private final int window;
    private final FrameProducer producer;
    private final DoorMeters meters;
    private final Consumer<DoorMessage> out;
    private final Consumer<String> fail;
    private final AtomicBoolean cut = new AtomicBoolean();
    private @Nullable String journal;
    private byte[] key = new byte[0];
    private long onTheWay;

    /**
     * @param partitions of each lane's topic
     * @param window bytes that may be on the way
     * @param out to the gateway
     * @param fail ends the connection; the gateway sends again what was not acknowledged
     */
    FrameIntake(
            String gateway,
            int partitions,
            int window,
            FrameProducer producer,
            DoorMeters meters,
            Consumer<DoorMessage> out,
            Consumer<String> fail) {
        this.gateway = gateway;
        this.partitions = partitions;
        this.window = window;
        this.producer = producer;
        this.meters = meters;
        this.out = out;
        this.fail = fail;
    }

    void uplink(String name) {
        if (journal != null) {
            throw new DoorFault("one connection carries one journal");
        }
        journal = name;
        key = (gateway + "|" + name).getBytes(StandardCharsets.UTF_8);
    }

    void frame(Frame frame) {
        byte[] bytes = frame.bytes().getBytes();
        check(frame, bytes);
        onTheWay += bytes.length;
        if (onTheWay > window) {
            throw new DoorFault("more than the window of " + window + " bytes on the way");
        }
        meters.frame(bytes.length);
        producer.send(frame.lane(), frame.partition(), key, bytes, cut)
                .onComplete(
                        done -> {
                            onTheWay -= bytes.length;
                            if (done.succeeded()) {
                                out.accept(
                                        new FrameAck(
                                                frame.lane(), frame.partition(), frame.number()));
                            } else {
                                fail.accept("Kafka did not take a frame, send it again");
                            }
                        });
    }

    /** What is still queued for Kafka must not overtake what the next connection sends. */
    void close() {
        cut.set(true);
    }

    long onTheWay() {
        return onTheWay;
    }

    private void check(Frame frame, byte[] bytes) {
        if (journal == null) {
            throw new DoorFault("a frame before its journal was named");
        }
        if (FrameCodec.wholeAt(bytes, 0, bytes.length) != bytes.length
                || !FrameCodec.isFrame(bytes, 0)) {
            throw new DoorFault("a frame whose checksum or length is wrong");
        }
        List<String> origin = FrameCodec.origin(bytes, 0);
        if (!origin.equals(List.of(gateway, journal))) {
            throw new DoorFault(
                    "a frame of " + origin + " on the line of gateway " + gateway + ", " + journal);
        }
        if (FrameCodec.lane(bytes, 0) != frame.lane().ordinal()
                || FrameCodec.partition(bytes, 0) != frame.partition()
                || FrameCodec.number(bytes, 0) != frame.number()) {
            throw new DoorFault("a frame that is not where the message says");
        }
        if (frame.partition() >= partitions) {
            throw new DoorFault("partition " + frame.partition() + ", but there are " + partitions);
        }
    }
}
