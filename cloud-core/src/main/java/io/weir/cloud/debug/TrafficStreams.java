package io.weir.cloud.debug;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.api.debug.DebugOps;
import io.weir.api.debug.DebugOps.GetSession;
import io.weir.api.debug.DebugOps.Item;
import io.weir.api.debug.DebugOps.ReadTraffic;
import io.weir.api.debug.DebugOps.Traffic;
import io.weir.cloud.http.PulledStreams;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.Map;

/**
 * {@code GET /streams/debug-sessions/{id}}: what is seen of the device, {@code id} the cursor,
 * {@code event} message, line or gap, {@code data} the item. Begins behind {@code Last-Event-ID},
 * else with all that the gateway still has. Ends with an event {@code end} when the session is
 * over. The gateway is asked twice a second.
 */
public final class TrafficStreams extends PulledStreams {
    private static final int AT_ONCE = 100;

    private final Bus bus;

    /**
     * @param maxStreams open streams of this node; see {@link io.weir.cloud.http.OpenStreams}
     */
    public TrafficStreams(Vertx vertx, Bus bus, Time time, Metrics metrics, int maxStreams) {
        super(vertx, time, "/streams/debug-sessions/:id", "readDebugTraffic", maxStreams);
        this.bus = bus;
        metrics.registry().gauge("weir.debug.streams", open());
    }

    @Override
    protected Future<Source> source(Call call, String id, @Nullable String last) {
        return bus.call(DebugOps.GET, new GetSession(id), call)
                .map(session -> new Tail(call, id, last));
    }

    private final class Tail implements Source {
        private final Call call;
        private final String id;
        private @Nullable String after;

        Tail(Call call, String id, @Nullable String after) {
            this.call = call;
            this.id = id;
            this.after = after;
        }

        @Override
        public void next(Stream stream) {
            bus.call(DebugOps.TRAFFIC, new ReadTraffic(id, after, AT_ONCE), call)
                    .onSuccess(traffic -> tell(traffic, stream))
                    .onFailure(e -> failed(e, stream));
        }

        private void tell(Traffic traffic, Stream stream) {
            after = traffic.cursor();
            for (Item item : traffic.items()) {
                stream.add(item.cursor(), item.type().name().toLowerCase(Locale.ROOT), item);
            }
            if (traffic.items().isEmpty()) {
                stream.later();
            } else {
                stream.next();
            }
        }

        /** A gateway that does not answer may come back; a session that is over does not. */
        private void failed(Throwable e, Stream stream) {
            boolean passing =
                    e instanceof Rejected r
                            && (r.is(CommonError.UNAVAILABLE)
                                    || r.is(CommonError.TOO_MANY_REQUESTS));
            if (passing) {
                stream.later();
            } else {
                String code = e instanceof Rejected r ? r.code() : CommonError.INTERNAL.name();
                stream.end("end", Map.of("code", code));
            }
        }
    }
}
