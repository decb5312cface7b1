package io.weir.edge.debug;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.debug.DebugApi.Direction;
import io.weir.api.debug.DebugApi.Entry;
import io.weir.api.debug.DebugApi.Form;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.List;

class RingTest {
    private static void add(Ring ring, int chars) {
        ring.add(
                number ->
                        new Entry(
                                number,
                                number * 10,
                                Direction.UP,
                                "",
                                "property_post",
                                chars,
                                Form.TEXT,
                                "x".repeat(chars),
                                false,
                                "accepted",
                                1L));
    }

    /**
     * A reader among writers: what it is told and what it is told to have missed is all that was
     * ever written, in order, without a gap.
     *
     * @param steps below 50: so many characters are written; from 50 on: so many less 49 are read
     */
    @Property
    void whatIsReadAndWhatIsLostIsAllThatThereWas(
            @ForAll @Size(min = 1, max = 120) List<@IntRange(min = 0, max = 60) Integer> steps,
            @ForAll @IntRange(min = 1, max = 12) int most,
            @ForAll @IntRange(min = 0, max = 3000) int mostChars) {
        Ring ring = new Ring(most, mostChars);
        long written = 0;
        long read = 0;
        for (int step : steps) {
            if (step < 50) {
                add(ring, step);
                written++;
                continue;
            }
            Ring.Page page = ring.read(read, step - 49, 2000);
            read += page.lost();
            for (Entry entry : page.entries()) {
                assertThat(entry.number()).isEqualTo(++read);
            }
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(step - 49);
            assertThat(read).isLessThanOrEqualTo(written);
            if (page.entries().isEmpty()) {
                assertThat(read).isEqualTo(written);
            }
        }
        Ring.Page rest = ring.read(read, most, Long.MAX_VALUE);
        assertThat(read + rest.lost() + rest.entries().size()).isEqualTo(written);
        assertThat(rest.entries()).hasSizeLessThanOrEqualTo(most);
    }

    @Test
    void oneLargeEntryStaysAloneAndIsReadWhateverTheLimit() {
        Ring ring = new Ring(10, 500);
        add(ring, 10);
        add(ring, 5000);
        Ring.Page page = ring.read(0, 10, 100);
        assertThat(page.lost()).isEqualTo(1);
        assertThat(page.entries()).singleElement().matches(e -> e.number() == 2);
    }

    @Test
    void aNumberThatWasNeverGivenOutCountsAsTheLast() {
        Ring ring = new Ring(10, 500);
        add(ring, 1);
        assertThat(ring.read(99, 10, 500)).isEqualTo(new Ring.Page(List.of(), 0));
        assertThat(ring.read(-7, 10, 500).entries()).hasSize(1);
    }
}
