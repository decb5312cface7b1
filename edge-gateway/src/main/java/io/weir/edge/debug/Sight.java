package io.weir.edge.debug;

import io.weir.api.debug.DebugApi.Direction;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

/** A message of a watched device, from when it came until it is known what became of it. */
public final class Sight {
    private final Watch watch;
    private final String topic;
    private final String kind;
    private final Shown shown;
    private final Time time;
    private final long atMs;
    private final long arrivedMs;
    private volatile @Nullable String outcome;

    Sight(Watch watch, String topic, String kind, Shown shown, Time time) {
        this.watch = watch;
        this.topic = topic;
        this.kind = kind;
        this.shown = shown;
        this.time = time;
        this.atMs = time.now().toEpochMilli();
        this.arrivedMs = time.tick().ms();
    }

    /** What is made of it, in small letters. */
    public void outcome(String outcome) {
        this.outcome = outcome;
    }

    /** As another message that was made of this one. */
    public void outcomeOf(@Nullable Sight other) {
        if (other != null) {
            outcome = other.outcome;
        }
    }

    /**
     * It can be acknowledged now, or never will be.
     *
     * @param replyTopic null when no reply is sent
     */
    public void settled(boolean kept, @Nullable String replyTopic, byte @Nullable [] reply) {
        watch.note(
                atMs,
                Direction.UP,
                topic,
                kind,
                shown,
                kept ? outcome : "refused",
                time.tick().ms() - arrivedMs);
        if (kept && replyTopic != null && reply != null) {
            watch.sent(replyTopic, reply, true);
        }
    }
}
