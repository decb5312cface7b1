package io.weir.cloud.facts;

import io.weir.model.fact.Frame;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what becomes of frames, given the marks: pure, so that a simulation can try every order
 * (DESIGN section 2).
 *
 * <p>frame = mark + 1 is applied, frame <= mark was applied before and is dropped, frame > mark + 1
 * is a gap: it and what follows of that journal is passed over, never applied, until the hole is
 * filled (the gateway sends again from the mark). Then the partition is read once more from the
 * first frame passed over, so that nothing of it is lost.
 */
final class MarkFlow {
    /** A frame and where in Kafka it stood. */
    record Placed(Frame frame, long offset) {
        Mark.Key key() {
            return new Mark.Key(frame.partition(), frame.gateway(), frame.journal());
        }
    }

    /**
     * @param apply in order
     * @param marks those that changed
     * @param opened gaps that were not there before
     * @param closed gaps that are there no more
     * @param rewinds partition -> offset to read again from, where a gap closed
     * @param dropped frames that had been applied before
     * @param passedOver frames beyond a gap
     */
    record Plan(
            List<Frame> apply,
            Map<Mark.Key, Mark> marks,
            Set<Mark.Key> opened,
            Set<Mark.Key> closed,
            Map<Integer, Long> rewinds,
            int dropped,
            int passedOver) {}

    private final Map<Mark.Key, Mark> now;
    private final Map<Mark.Key, Mark> changed = new LinkedHashMap<>();
    private final List<Frame> apply = new ArrayList<>();
    private final Set<Mark.Key> opened = new LinkedHashSet<>();
    private final Set<Mark.Key> closed = new LinkedHashSet<>();
    private final Map<Integer, Long> rewinds = new HashMap<>();
    private int dropped;
    private int passedOver;

    private MarkFlow(Map<Mark.Key, Mark> marks) {
        this.now = new HashMap<>(marks);
    }

    static Plan judge(Map<Mark.Key, Mark> marks, List<Placed> frames) {
        MarkFlow flow = new MarkFlow(marks);
        frames.forEach(flow::judge);
        return new Plan(
                flow.apply,
                flow.changed,
                flow.opened,
                flow.closed,
                flow.rewinds,
                flow.dropped,
                flow.passedOver);
    }

    private void judge(Placed placed) {
        Frame frame = placed.frame();
        if (rewinds.containsKey(frame.partition())) {
            return; // will be read again anyway
        }
        Mark.Key key = placed.key();
        Mark mark = now.getOrDefault(key, Mark.NONE);
        if (frame.number() <= mark.frame()) {
            dropped++;
            return;
        }
        if (frame.number() > mark.frame() + 1) {
            passOver(key, mark, placed);
            return;
        }
        apply.add(frame);
        Mark next = mark.applied(frame.number(), placed.offset());
        if (next.closed()) {
            rewinds.put(frame.partition(), next.stoppedOffset());
            closed.add(key);
            opened.remove(key);
            next = next.resumed();
        }
        put(key, next);
    }

    private void passOver(Mark.Key key, Mark mark, Placed placed) {
        passedOver++;
        Mark next = mark.passedOver(placed.frame().number(), placed.offset());
        if (!mark.stopped()) {
            opened.add(key);
        }
        if (!next.equals(mark)) {
            put(key, next);
        }
    }

    private void put(Mark.Key key, Mark mark) {
        now.put(key, mark);
        changed.put(key, mark);
    }
}
