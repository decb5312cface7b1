package io.weir.edge.debug;

import io.weir.api.debug.DebugApi.Direction;
import io.weir.api.debug.DebugApi.Entry;
import io.weir.api.debug.DebugApi.Form;
import io.weir.api.debug.DebugApi.Read;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** One device that somebody watches, under one owner. Safe for any thread. */
public final class Watch {
    private final String tenant;
    private final Time time;
    private final DebugConfig config;
    private final Ring ring;
    private final String id = UUID.randomUUID().toString();

    /** Until when, by the gateway's own running clock, each session is believed to be there. */
    private final Map<String, Long> sessions = new ConcurrentHashMap<>();

    Watch(String tenant, Time time, DebugConfig config) {
        this.tenant = tenant;
        this.time = time;
        this.config = config;
        this.ring = new Ring(config.entries(), config.ringChars());
    }

    String id() {
        return id;
    }

    String tenant() {
        return tenant;
    }

    /** The session is there, and for how long without another question. */
    void keep(Read ask) {
        long keepMs = Math.clamp(ask.keepMs(), 1, config.keep().toMillis());
        sessions.put(ask.session(), time.tick().ms() + keepMs);
    }

    Ring.Page read(Read ask) {
        long after = id.equals(ask.ring()) ? ask.after() : 0;
        return ring.read(after, Math.clamp(ask.limit(), 1, config.entries()), config.answerChars());
    }

    void end(String session) {
        sessions.remove(session);
    }

    /** Nobody is believed to read it any more. */
    boolean over() {
        long now = time.tick().ms();
        sessions.values().removeIf(until -> until <= now);
        return sessions.isEmpty();
    }

    /**
     * The device sent something: to be told once it is known what became of it.
     *
     * @param size bytes of the whole payload, of which the array holds {@code length}
     */
    public Sight arrived(String topic, String kind, byte[] payload, int length, int size) {
        return new Sight(this, topic, kind, shown(payload, length, size), time);
    }

    /** The gateway sent something to it, or could not. */
    public void sent(String topic, byte[] payload, boolean sent) {
        Shown shown = shown(payload, payload.length, payload.length);
        note(
                time.now().toEpochMilli(),
                Direction.DOWN,
                topic,
                DownKind.of(topic),
                shown,
                sent ? "sent" : "not_sent",
                null);
    }

    /** What it is told before the product's script makes bytes of it, which follow. */
    public void translated(String topic, byte[] request) {
        Shown shown = shown(request, request.length, request.length);
        long now = time.now().toEpochMilli();
        note(now, Direction.DOWN, topic, DownKind.of(topic), shown, "translated", null);
    }

    /** What a script made of a message that is no post; the message as it came follows. */
    public void decoded(String topic, byte[] json) {
        Shown shown = shown(json, json.length, json.length);
        note(time.now().toEpochMilli(), Direction.UP, topic, "decoded", shown, "translated", null);
    }

    /**
     * Its connection came, went, or did something that is no message.
     *
     * @param kind online, offline, acknowledged, refused
     */
    public void line(String kind, String what) {
        Shown shown = new Shown(Form.TEXT, Secrets.masked(what), what.length(), false);
        note(time.now().toEpochMilli(), Direction.LINE, "", kind, shown, null, null);
    }

    void note(
            long atMs,
            Direction direction,
            String topic,
            String kind,
            Shown shown,
            @Nullable String outcome,
            @Nullable Long tookMs) {
        ring.add(
                number ->
                        new Entry(
                                number,
                                atMs,
                                direction,
                                topic,
                                kind,
                                shown.size(),
                                shown.form(),
                                shown.text(),
                                shown.cut(),
                                outcome,
                                tookMs));
    }

    private Shown shown(byte[] payload, int length, int size) {
        return Shown.of(payload, length, size, config.payloadChars());
    }
}
