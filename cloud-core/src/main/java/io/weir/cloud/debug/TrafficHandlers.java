package io.weir.cloud.debug;

import io.micrometer.core.instrument.Counter;
import io.weir.api.debug.DebugApi.Seen;
import io.weir.api.debug.DebugOps.ReadTraffic;
import io.weir.api.debug.DebugOps.Session;
import io.weir.api.debug.DebugOps.Traffic;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.metrics.Metrics;

import org.jspecify.annotations.Nullable;

/** What was seen of a device, for a session that goes on. */
final class TrafficHandlers {
    private final SessionHandlers sessions;
    private final Watched watched;
    private final Counter answered;
    private final Counter silent;

    TrafficHandlers(SessionHandlers sessions, Watched watched, Metrics metrics) {
        this.sessions = sessions;
        this.watched = watched;
        this.answered = metrics.registry().counter("weir.debug.reads", "gateway", "answered");
        this.silent = metrics.registry().counter("weir.debug.reads", "gateway", "silent");
    }

    Traffic read(Call call, ReadTraffic q) {
        String after = q.after();
        Cursor last = after == null ? null : Cursor.read(after);
        Session session = sessions.going(call, q.sessionId());
        Watched.Device device = device(call, session);
        return new Trail(at -> seen(call, session, device, at, q.limit()))
                .read(last, device.home());
    }

    /** One that was handed over is not found any more: the session has nothing to say of it. */
    private Watched.Device device(Call call, Session session) {
        try {
            return watched.device(call, session.deviceId());
        } catch (Rejected e) {
            if (e.is(CommonError.NOT_FOUND)) {
                throw new Rejected(
                        DebugError.SESSION_OVER, "the device is not the caller's any more");
            }
            throw e;
        }
    }

    private @Nullable Seen seen(
            Call call, Session session, Watched.Device device, Cursor at, int limit) {
        try {
            Seen seen = watched.read(call, session, device, at, limit);
            answered.increment();
            return seen;
        } catch (Rejected e) {
            silent.increment();
            if (at.gateway().equals(device.home())) {
                throw e;
            }
            return null;
        }
    }
}
