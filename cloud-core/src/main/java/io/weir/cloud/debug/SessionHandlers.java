package io.weir.cloud.debug;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.debug.DebugApi;
import io.weir.api.debug.DebugApi.End;
import io.weir.api.debug.DebugOps.GetSession;
import io.weir.api.debug.DebugOps.ListSessions;
import io.weir.api.debug.DebugOps.OpenSession;
import io.weir.api.debug.DebugOps.Session;
import io.weir.model.Page;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.Letters;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** Sessions of staff with one device each. */
final class SessionHandlers {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandlers.class);

    private final Tx tx;
    private final Bus bus;
    private final Time time;
    private final Watched watched;
    private final DebugConfig config;

    SessionHandlers(Tx tx, Bus bus, Time time, Watched watched, DebugConfig config) {
        this.tx = tx;
        this.bus = bus;
        this.time = time;
        this.watched = watched;
        this.config = config;
    }

    /** The gateway begins to watch at once, if it answers; else with the first reading. */
    Session open(Call call, OpenSession q) {
        Watched.Device device = watched.device(call, q.deviceId());
        Instant now = time.now().truncatedTo(ChronoUnit.MILLIS);
        Session fresh =
                new Session(
                        Letters.id(),
                        device.id(),
                        device.tenant(),
                        call.actor().uid(),
                        now,
                        now.plus(Duration.ofMinutes(q.minutes())),
                        null,
                        null,
                        true);
        tx.run(
                call.scope(),
                c -> {
                    var open = SessionStore.countLocked(c, device.tenant(), device.id(), now);
                    if (open.ofDevice() >= config.perDevice()) {
                        throw tooMany("the device has " + config.perDevice());
                    }
                    if (open.ofTenant() >= config.perTenant()) {
                        throw tooMany("the owner's devices have " + config.perTenant());
                    }
                    SessionStore.insert(c, fresh, call);
                    audit(c, call, "open", null, fresh);
                    return true;
                });
        String home = device.home();
        if (home != null) {
            try {
                watched.read(call, fresh, device, Cursor.begin(home), 1);
            } catch (Rejected e) {
                LOG.info("{} is watched from the first reading on: {}", device.id(), e.code());
            }
        }
        return fresh;
    }

    private static Rejected tooMany(String who) {
        return new Rejected(
                DebugError.TOO_MANY_SESSIONS, who + " open debug sessions already: close one");
    }

    Session get(Call call, GetSession q) {
        return found(call, q.sessionId());
    }

    Page<Session> list(Call call, ListSessions q) {
        return tx.run(call.scope(), c -> SessionStore.list(c, q, time.now()));
    }

    Session close(Call call, GetSession q) {
        Session before = found(call, q.sessionId());
        Session after =
                tx.run(
                        call.scope(),
                        c -> {
                            String by = call.actor().uid();
                            SessionStore.close(c, before.sessionId(), by, time.now());
                            Session now = SessionStore.get(c, before.sessionId(), time.now());
                            audit(c, call, "close", before, now);
                            return now;
                        });
        end(call, before);
        return after == null ? before : after;
    }

    private void audit(
            SqlConnection c,
            Call call,
            String verb,
            @Nullable Session before,
            @Nullable Session after) {
        Session of = Objects.requireNonNull(after);
        AuditStore.add(
                c,
                call,
                time.now(),
                of.tenant(),
                "debug.session." + verb,
                "device:" + of.deviceId(),
                before,
                after);
    }

    /** The gateway would forget it by itself, at the session's time. */
    private void end(Call call, Session session) {
        try {
            String home = watched.device(call, session.deviceId()).home();
            if (home != null) {
                var end = new End(session.sessionId(), session.deviceId());
                bus.call(DebugApi.END.at(home), end, call).await();
            }
        } catch (Rejected e) {
            LOG.info("{} is watched until {}: {}", session.deviceId(), session.until(), e.code());
        }
    }

    /** SESSION_OVER when it does not go on. */
    Session going(Call call, String id) {
        Session session = found(call, id);
        if (!session.open()) {
            throw new Rejected(DebugError.SESSION_OVER, "the debug session is over");
        }
        return session;
    }

    private Session found(Call call, String id) {
        @Nullable Session session = tx.run(call.scope(), c -> SessionStore.get(c, id, time.now()));
        if (session == null) {
            throw Rejected.notFound("debug session " + id);
        }
        return session;
    }
}
