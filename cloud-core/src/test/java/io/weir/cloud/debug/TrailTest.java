package io.weir.cloud.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.debug.DebugApi.Direction;
import io.weir.api.debug.DebugApi.Entry;
import io.weir.api.debug.DebugApi.Form;
import io.weir.api.debug.DebugApi.Seen;
import io.weir.api.debug.DebugOps.Item;
import io.weir.api.debug.DebugOps.Reason;
import io.weir.api.debug.DebugOps.Traffic;
import io.weir.api.debug.DebugOps.Type;
import io.weir.model.problem.Rejected;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class TrailTest {
    private static final int KEPT = 8;

    /** A gateway as it really is: a ring that may be lost, and a line that may be down. */
    private static final class Gateway {
        private final List<Entry> entries = new ArrayList<>();
        private String ring = "";
        private long next = 1;
        private boolean watching;
        private boolean silent;

        void note(String text) {
            if (watching) {
                entries.add(entry(next++, text));
                if (entries.size() > KEPT) {
                    entries.removeFirst();
                }
            }
        }

        void restart() {
            watching = false;
        }

        Seen read(Cursor after, int limit, String fresh) {
            if (silent) {
                return null;
            }
            if (!watching) {
                watching = true;
                ring = fresh;
                next = 1;
                entries.clear();
            }
            long from = ring.equals(after.ring()) ? after.number() : 0;
            long oldest = entries.isEmpty() ? next : entries.getFirst().number();
            List<Entry> page =
                    entries.stream().filter(e -> e.number() > from).limit(limit).toList();
            return new Seen(ring, page, Math.max(0, oldest - from - 1), true);
        }
    }

    private static Entry entry(long number, String text) {
        return new Entry(
                number, number, Direction.UP, "/t", "message", 1, Form.TEXT, text, false, null, 0L);
    }

    /**
     * A device wanders between gateways that restart and fall silent, while somebody reads in
     * steps. Each ring's notes are told once and in order, what fell out is counted, and between
     * the notes of two rings there is always a gap.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void allIsToldOnceOrAGapSaysWhy(long seed) {
        for (int round = 0; round < 200; round++) {
            wander(new Random(seed * 1000 + round), "seed " + seed + " round " + round);
        }
    }

    private static void wander(Random random, String what) {
        Map<String, Gateway> gateways = new HashMap<>();
        for (String name : List.of("g1", "g2", "g3")) {
            gateways.put(name, new Gateway());
        }
        int[] rings = {0};
        int limit = 1 + random.nextInt(4);
        var trail =
                new Trail(at -> gateways.get(at.gateway()).read(at, limit, "ring" + rings[0]++));
        List<Item> told = new ArrayList<>();
        String home = "g1";
        String cursor = null;
        for (int step = 0; step < 120; step++) {
            switch (random.nextInt(10)) {
                case 0 -> home = "g" + (1 + random.nextInt(3));
                case 1 -> gateways.get(home).restart();
                case 2 -> gateways.get(home).silent = random.nextBoolean();
                case 3, 4, 5 -> gateways.get(home).note("x" + step);
                default -> {
                    Traffic traffic = trail.read(cursor == null ? null : Cursor.read(cursor), home);
                    told.addAll(traffic.items());
                    cursor = traffic.cursor();
                }
            }
        }
        check(told, what);
    }

    private static void check(List<Item> told, String what) {
        Map<String, Long> reached = new HashMap<>();
        String last = null;
        boolean gap = true;
        for (Item item : told) {
            Cursor at = Cursor.read(item.cursor());
            if (item.type() == Type.GAP) {
                gap = true;
                if (item.reason() == Reason.OVERFLOW) {
                    reached.merge(at.ring(), item.lost(), Long::sum);
                }
                continue;
            }
            assertThat(at.number()).as(what).isEqualTo(reached.getOrDefault(at.ring(), 0L) + 1);
            reached.put(at.ring(), at.number());
            assertThat(at.ring().equals(last) || gap).as(what).isTrue();
            last = at.ring();
            gap = false;
        }
    }

    @Test
    void whatIsLeftAtTheFormerGatewayComesFirst() {
        var old = new Gateway();
        var now = new Gateway();
        var trail =
                new Trail(
                        at ->
                                at.gateway().equals("old")
                                        ? old.read(at, 10, "r1")
                                        : now.read(at, 10, "r2"));
        Traffic begin = trail.read(null, "old");
        assertThat(begin.items()).isEmpty();
        old.note("last words");
        Traffic drained = trail.read(Cursor.read(begin.cursor()), "new");
        assertThat(drained.items()).extracting(Item::payload).containsExactly("last words");
        assertThat(drained.gateway()).isEqualTo("old");
        Traffic moved = trail.read(Cursor.read(drained.cursor()), "new");
        assertThat(moved.items())
                .singleElement()
                .matches(i -> i.reason() == Reason.MOVED && "new".equals(i.gateway()));
        now.note("hello");
        Traffic there = trail.read(Cursor.read(moved.cursor()), "new");
        assertThat(there.items()).extracting(Item::payload).containsExactly("hello");
    }

    @Test
    void aDeviceWithoutAnyGatewayIsSilent() {
        var trail =
                new Trail(
                        at -> {
                            throw new AssertionError();
                        });
        assertThat(trail.read(null, null)).isEqualTo(new Traffic(null, null, false, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "%%%", "Zzh8cmluZw", "fHx8", "Z3xyfC0x"})
    void whatIsNoCursorIsRefused(String text) {
        assertThatThrownBy(() -> Cursor.read(text))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("after");
    }
}
