package io.weir.edge.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Topic filters (MQTT section 4.7), beside a matcher that is plain and slow. */
class FiltersTest {
    private static final String[] LEVELS = {"a", "b", "", "+", "#", "a+", "ab"};

    @Test
    void theExamplesOfTheStandard() {
        assertThat(Filters.matches("sport/tennis/player1/#", "sport/tennis/player1")).isTrue();
        assertThat(Filters.matches("sport/tennis/player1/#", "sport/tennis/player1/a/b")).isTrue();
        assertThat(Filters.matches("sport/tennis/+", "sport/tennis/player1/ranking")).isFalse();
        assertThat(Filters.matches("sport/+", "sport")).isFalse();
        assertThat(Filters.matches("sport/+", "sport/")).isTrue();
        assertThat(Filters.matches("+/+", "/finance")).isTrue();
        assertThat(Filters.matches("/+", "/finance")).isTrue();
        assertThat(Filters.matches("+", "/finance")).isFalse();
        assertThat(Filters.valid("sport/tennis#")).isFalse();
        assertThat(Filters.valid("sport/tennis/#/ranking")).isFalse();
        assertThat(Filters.valid("sport+")).isFalse();
        assertThat(Filters.valid("")).isFalse();
        assertThat(Filters.valid("+/tennis/#")).isTrue();
    }

    @Property
    void agreesWithAMatcherThatSplits(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 6) Integer> filter,
            @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 2) Integer> topic) {
        String f = text(filter);
        String t = text(topic);
        if (Filters.valid(f)) {
            assertThat(Filters.matches(f, t))
                    .as("%s on %s", f, t)
                    .isEqualTo(slow(f.split("/", -1), t.split("/", -1), 0));
        }
    }

    private static String text(List<Integer> levels) {
        return String.join("/", levels.stream().map(i -> LEVELS[i]).toList());
    }

    private static boolean slow(String[] filter, String[] topic, int at) {
        if (at == filter.length || filter[at].equals("#")) {
            return at < filter.length || at == topic.length;
        }
        if (at == topic.length) {
            return false;
        }
        boolean here = filter[at].equals("+") || filter[at].equals(topic[at]);
        return here && slow(filter, topic, at + 1);
    }
}
