package io.weir.edge.ingest.mqtt;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the sessions of one event loop share. Used on that loop only. */
final class MqttLoop {
    final MqttIngest shared;
    final MqttConfig config;
    final Vertx vertx;
    final Context context;
    final Posts posts;
    private final Set<MqttSession> sessions = new HashSet<>();
    private List<MqttSession> unflushed = new ArrayList<>();

    MqttLoop(MqttIngest shared, MqttConfig config, Vertx vertx, Context context) {
        this.shared = shared;
        this.config = config;
        this.vertx = vertx;
        this.context = context;
        this.posts = new Posts(this);
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
        for (MqttSession session : List.copyOf(sessions)) {
            if (session.givenUp()) {
                session.end("keep-alive timeout");
            }
        }
        if (shared.registry.trustEnded()) {
            endAll("trust without the cloud ended");
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
