package io.weir.edge.download;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What goes from the cache, and what never does. */
class ShelfTest {
    @Test
    void theOneUnusedForLongestGoes() {
        Shelf shelf = new Shelf(10);
        shelf.put("a", 4);
        shelf.put("b", 4);
        shelf.hold("a");
        shelf.free("a");
        assertThat(shelf.room(2)).isEmpty();
        assertThat(shelf.room(3)).containsExactly("b");
        assertThat(shelf.room(10)).containsExactly("b", "a");
        assertThat(shelf.room(11)).isNull();
    }

    @Property(tries = 300)
    void itIsNeverOverFullAndWhatIsHeldStays(@ForAll long seed) {
        Random random = new Random(seed);
        Shelf shelf = new Shelf(100);
        Map<String, Integer> held = new HashMap<>();
        Set<String> there = new HashSet<>();
        for (int step = 0; step < 200; step++) {
            String name = String.valueOf(random.nextInt(20));
            long size = 1 + Long.parseLong(name) * 2;
            if (!there.contains(name)) {
                List<String> go = shelf.room(size);
                if (go != null) {
                    assertThat(go).noneMatch(held::containsKey);
                    go.forEach(shelf::remove);
                    go.forEach(there::remove);
                    shelf.put(name, size);
                    there.add(name);
                }
            } else if (random.nextBoolean()) {
                shelf.hold(name);
                held.merge(name, 1, Integer::sum);
            } else if (held.containsKey(name)) {
                shelf.free(name);
                held.computeIfPresent(name, (n, c) -> c == 1 ? null : c - 1);
            }
            long sum = there.stream().mapToLong(n -> 1 + Long.parseLong(n) * 2).sum();
            assertThat(shelf.bytes()).isEqualTo(sum).isLessThanOrEqualTo(100);
        }
    }
}
