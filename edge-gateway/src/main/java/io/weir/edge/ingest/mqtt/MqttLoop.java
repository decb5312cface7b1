package io.weir.edge.ingest.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.weir.edge.alink.AlinkDesk;
import io.weir.edge.alink.AlinkMeters;
import io.weir.edge.guard.Allowances;
import io.weir.edge.guard.GuardConfig;
import io.weir.edge.guard.LagWatch;
import io.weir.edge.guard.LagWatch.Level;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/** What the sessions of one event loop share. Used on that loop only. */
final class MqttLoop {
    /** How often a loop looks after itself. */
    static final int LOOK_MS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(MqttLoop.class);
    private static final int LOOKS_A_SECOND = 1000 / LOOK_MS;

    final MqttIngest shared;
    final MqttConfig config;
    final Vertx vertx;
    final ContextInternal context;
    final AlinkDesk desk;
    final AlinkMeters messages;
    final Allowances allowances;
    final LagWatch lag;
    final Sessions mail;
    private final GuardConfig limits;
    private final Set<MqttSession> sessions = new HashSet<>();
    private List<MqttSession> unflushed = new ArrayList<>();
    private long ordersSeen;
    private @Nullable Promise<Void> emptied;

    MqttLoop(MqttIngest shared, MqttConfig config, Vertx vertx, ContextInternal context) {
        this.shared = shared;
        this.config = config;
        this.vertx = vertx;
        this.context = context;
        this.messages = shared.messages;
        this.desk = new AlinkDesk(shared.alink, messages, config.maxMessageBytes());
        this.allowances = shared.guard.allowances();
        this.limits = shared.guard.config();
        this.mail = shared.sessions(context.owner(), config);
        this.lag = new LagWatch(LOOK_MS, limits.loopLag().toMillis(), nowMs());
        shared.meters.lag(shared.loops.incrementAndGet(), lag);
    }

    /** Monotonic. */
    long nowMs() {
        return shared.time.tick().ms();
    }

    void add(MqttSession session) {
        sessions.add(session);
    }

    void remove(MqttSession session) {
        sessions.remove(session);
    }

    void endAll(String reason) {
        List.copyOf(sessions).forEach(session -> session.end(reason));
    }

    /** What no single packet would bring to light. */
    void sweep() {
        mail.sweep();
        for (MqttSession session : List.copyOf(sessions)) {
            if (session.givenUp()) {
                session.end("keep-alive timeout");
            }
        }
        if (shared.registry.trustEnded()) {
            endAll("trust without the cloud ended");
        }
    }

    /** Am I late? Is somebody banned? Do we drain? */
    void look() {
        Level before = lag.level();
        Level now = lag.looked(nowMs());
        if (before == Level.CALM && now == Level.REFUSE) {
            LOG.warn("event loop {} ms late: no connects until it is in time", lag.lateMs());
            sessions.forEach(MqttSession::mark);
        } else if (now == Level.SHED) {
            pauseTalkers();
        } else if (before != Level.CALM && now == Level.CALM) {
            LOG.info("event loop in time again");
        }
        long orders = shared.guard.bans().orders();
        if (orders != ordersSeen) {
            ordersSeen = orders;
            sessions.forEach(session -> session.subs().endBanned());
            List.copyOf(sessions).stream()
                    .filter(MqttSession::banned)
                    .forEach(session -> session.dismiss("banned", Reasons.ADMINISTRATIVE));
        }
        if (shared.guard.draining()) {
            drainSome();
        }
    }

    /** A device that pours is never paused for lag: the meter must hear of it. */
    private void pauseTalkers() {
        Comparator<MqttSession> byTalk = Comparator.comparingLong(MqttSession::talked);
        var heaviest = new PriorityQueue<>(byTalk);
        for (MqttSession session : sessions) {
            if (session.talked() > 0 && !session.dispensing()) {
                heaviest.add(session);
                if (heaviest.size() > limits.loopTalkers()) {
                    heaviest.remove();
                }
            }
        }
        LOG.warn(
                "event loop {} ms late: {} talkers are not read for {}",
                lag.lateMs(),
                heaviest.size(),
                limits.loopPause());
        heaviest.forEach(session -> session.pause(limits.loopPause().toMillis()));
        sessions.forEach(MqttSession::mark);
    }

    /** All connections of this loop have been shed, or the time for it is up. */
    Future<Void> drained() {
        Promise<Void> done = Promise.promise();
        emptied = done;
        drainSome();
        if (!done.future().isComplete()) {
            long most = Math.max(1, limits.drainWithin().toMillis());
            long timer = vertx.setTimer(most, t -> done.tryComplete());
            done.future().onComplete(v -> vertx.cancelTimer(timer));
        }
        return done.future();
    }

    /** This loop's part of what goes in one look; those that pour go last. */
    private void drainSome() {
        int loops = Math.max(1, shared.loops.get());
        int most = Math.max(1, limits.drainPerSecond() / LOOKS_A_SECOND / loops);
        List<MqttSession> going =
                sessions.stream().filter(s -> !s.dispensing()).limit(most).toList();
        if (going.isEmpty()) {
            going = sessions.stream().limit(most).toList();
        }
        boolean stopping = emptied != null;
        for (MqttSession session : going) {
            shared.meters.drained();
            session.dismiss(
                    stopping ? "gateway stopping" : "gateway draining",
                    stopping ? Reasons.SERVER_SHUTTING_DOWN : Reasons.USE_ANOTHER_SERVER);
        }
        if (emptied != null && sessions.isEmpty()) {
            emptied.tryComplete();
        }
    }

    /**
     * The session has bytes to send. They leave after the current task, which is a whole group
     * commit or a whole read: one write per connection.
     */
    void flushLater(MqttSession session) {
        if (unflushed.isEmpty()) {
            context.runOnContext(v -> flush());
        }
        unflushed.add(session);
    }

    private void flush() {
        List<MqttSession> now = unflushed;
        unflushed = new ArrayList<>(now.size());
        for (MqttSession session : now) {
            session.flush();
        }
    }
}
