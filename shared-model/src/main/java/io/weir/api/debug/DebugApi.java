package io.weir.api.debug;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Done;
import io.weir.api.Op;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * What the cloud asks of the gateway that a device is connected to, while somebody watches the
 * device: {@code OP.at(gatewayId)} (docs/debugging.md). A gateway notes nothing of a device that
 * nobody watches.
 */
public interface DebugApi {
    /**
     * What was seen of the device behind a number. The first question of a session begins the
     * watch; it ends with {@link #END}, or when {@code keepMs} have passed since the last question.
     * Fails with TOO_MANY_REQUESTS when the gateway watches as many devices as it may.
     */
    Op<Read, Seen> READ =
            Op.of("edge.debug.read.v1", Read.class, Seen.class).within(Duration.ofSeconds(5));

    /** The session watches no longer; other sessions of the device go on. */
    Op<End, Done> END =
            Op.of("edge.debug.end.v1", End.class, Done.class).within(Duration.ofSeconds(5));

    /**
     * How long the way to the device and back takes. Fails with DEVICE_OFFLINE when it is not
     * connected, REPLY_TIMEOUT when it does not acknowledge, CONFLICT when its transport has
     * nothing that a device must acknowledge.
     */
    Op<Measure, Measured> MEASURE =
            Op.of("edge.debug.measure.v1", Measure.class, Measured.class)
                    .within(Duration.ofSeconds(10));

    enum Direction {
        /** The device sent it. */
        UP,
        /** The gateway sent it. */
        DOWN,
        /** The connection itself: it came, it went. */
        LINE
    }

    enum Form {
        TEXT,
        /** Two digits a byte: the payload is no UTF-8. */
        HEX
    }

    /**
     * @param session who asks
     * @param tenant path of the owner, as the cloud knows it: of the time when the device was
     *     another's, nothing is told
     * @param ring the one that {@code after} is a number of; null at the beginning
     * @param after 0 = from the oldest on
     * @param limit entries at most; fewer come when they are large
     * @param keepMs how long the watch is kept without a question, at most the gateway's own bound
     */
    record Read(
            String session,
            String deviceId,
            String tenant,
            @Nullable String ring,
            long after,
            int limit,
            long keepMs) {}

    /**
     * @param ring another one than was asked for: the gateway has begun to watch anew, after a
     *     restart or since nobody asked for long
     * @param lost that fell out of the ring before they were read, right before the first entry
     * @param connected the device is connected to this gateway just now
     */
    record Seen(String ring, List<Entry> entries, long lost, boolean connected) {
        public Seen {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One message, or one change of the connection.
     *
     * @param number rising by one in a ring
     * @param atMs the gateway's wall clock: when it came, when it was handed to the connection
     * @param topic empty for {@link Direction#LINE}
     * @param kind what it is about, in small letters: {@code property_post}, {@code service}
     * @param size bytes of the whole payload
     * @param payload secrets are masked; only its beginning when {@code cut}
     * @param outcome of an UP message: accepted, partial, rejected, ignored, dropped, refused; of a
     *     DOWN message: sent, acknowledged, not_sent; null for LINE
     * @param tookMs of an UP message: until it could be acknowledged; of a DOWN message that was
     *     acknowledged: until then
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(
            long number,
            long atMs,
            Direction direction,
            String topic,
            String kind,
            int size,
            Form form,
            String payload,
            boolean cut,
            @Nullable String outcome,
            @Nullable Long tookMs) {}

    record End(String session, String deviceId) {}

    /**
     * @param tenant path of the owner, as the cloud knows it
     */
    record Measure(String deviceId, String tenant) {}

    /**
     * @param way what was acknowledged: {@code mqtt_puback}, {@code mqtt_puback_of_parent} for a
     *     sub-device
     * @param deviceMicros between handing it to the connection and the acknowledgement
     * @param gatewayMicros that the gateway had the question in all; the rest of what the asker
     *     measures is the way between cloud and gateway
     */
    record Measured(String way, long deviceMicros, long gatewayMicros) {}
}
