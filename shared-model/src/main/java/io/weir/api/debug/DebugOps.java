package io.weir.api.debug;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.api.debug.DebugApi.Direction;
import io.weir.api.debug.DebugApi.Form;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Staff look for a fault of one device, for a while (docs/debugging.md). */
public interface DebugOps {
    Op<OpenSession, Session> OPEN =
            Op.of("debug.session.open.v1", OpenSession.class, Session.class);
    Op<ListSessions, Page<Session>> LIST =
            Op.paged("debug.session.list.v1", ListSessions.class, Session.class);
    Op<GetSession, Session> GET = Op.of("debug.session.get.v1", GetSession.class, Session.class);
    Op<GetSession, Session> CLOSE =
            Op.of("debug.session.close.v1", GetSession.class, Session.class);

    /** What was seen behind a cursor. */
    Op<ReadTraffic, Traffic> TRAFFIC =
            Op.of("debug.traffic.v1", ReadTraffic.class, Traffic.class)
                    .within(Duration.ofSeconds(15));

    Op<MeasureLatency, Latency> LATENCY =
            Op.of("debug.latency.v1", MeasureLatency.class, Latency.class)
                    .within(Duration.ofSeconds(30));

    record OpenSession(String deviceId, int minutes) {}

    record GetSession(String sessionId) {}

    /**
     * @param open only those that go on, or only those that are over; null = all
     */
    record ListSessions(@Nullable String deviceId, @Nullable Boolean open, int limit, int offset) {}

    /**
     * Never deleted: it says who watched whom, and when.
     *
     * @param tenant path of the device's owner when it was opened
     * @param until when it ends by itself
     * @param closedAt when somebody closed it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Session(
            String sessionId,
            String deviceId,
            String tenant,
            String openedBy,
            Instant openedAt,
            Instant until,
            @Nullable Instant closedAt,
            @Nullable String closedBy,
            boolean open) {}

    /**
     * @param after a cursor of an earlier answer; null = all that is there
     */
    record ReadTraffic(String sessionId, @Nullable String after, int limit) {}

    /**
     * @param cursor where to go on; null when there is nothing to go on from yet
     * @param gateway that was asked; null when the device is connected to none and assigned to none
     * @param connected the device is connected to it just now
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Traffic(
            @Nullable String cursor,
            @Nullable String gateway,
            boolean connected,
            List<Item> items) {
        public Traffic {
            items = List.copyOf(items);
        }
    }

    enum Type {
        MESSAGE,
        /** The connection came, went, was refused. */
        LINE,
        /** Here something is missing, or may be. */
        GAP
    }

    enum Reason {
        /** More came than the gateway keeps. */
        OVERFLOW,
        /** The gateway began anew: what it had noted before is gone. */
        RESTARTED,
        /** The device went to another gateway: what it said there before this is not known. */
        MOVED
    }

    /**
     * @param cursor right behind this item
     * @param lost how many are missing, when that is known
     * @param gateway of a gap MOVED: where the device is now
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Item(
            Type type,
            String cursor,
            @Nullable Instant at,
            @Nullable Direction direction,
            @Nullable String topic,
            @Nullable String kind,
            @Nullable Integer size,
            @Nullable Form form,
            @Nullable String payload,
            @Nullable Boolean cut,
            @Nullable String outcome,
            @Nullable Long tookMs,
            @Nullable Reason reason,
            @Nullable Long lost,
            @Nullable String gateway) {
        public static Item gap(
                String cursor, Reason reason, @Nullable Long lost, @Nullable String gateway) {
            return new Item(
                    Type.GAP, cursor, null, null, null, null, null, null, null, null, null, null,
                    reason, lost, gateway);
        }
    }

    record MeasureLatency(String sessionId, int samples) {}

    /**
     * @param way what the device acknowledged, see {@link DebugApi.Measured}
     * @param samples one after the other; fewer than asked for when they take long
     */
    record Latency(String way, String gateway, List<Sample> samples, Spread device, Spread cloud) {
        public Latency {
            samples = List.copyOf(samples);
        }
    }

    /**
     * @param deviceMs between gateway and device, there and back
     * @param cloudMs between cloud and gateway, there and back
     */
    record Sample(double deviceMs, double cloudMs) {}

    record Spread(double minMs, double medianMs, double maxMs) {}
}
