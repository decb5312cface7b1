package io.weir.runtime.fact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;

import java.util.List;

class FrameWriterTest {
    private final FrameWriter writer = new FrameWriter("gw", "j", "b", Lane.ALARM, 513);

    @Property
    void whatIsWrittenIsRead(
            @ForAll @Size(min = 1, max = 20) List<@StringLength(max = 60) String> names,
            @ForAll @IntRange(max = 5000) int payload) {
        FrameWriter out = new FrameWriter("gw", "j", "b", Lane.MONEY, 3);
        for (String name : names) {
            out.add(entry(name, new byte[payload]));
        }
        Frame frame = FrameCodec.decode(out.finish(42));
        assertThat(frame.number()).isEqualTo(42);
        assertThat(frame.entries()).extracting(Entry::device).isEqualTo(readable(names));
        assertThat(frame.entries()).allSatisfy(e -> assertThat(e.payload()).hasSize(payload));
    }

    @Test
    void aFinishedFrameLeavesNothingBehind() {
        writer.add(entry("one", new byte[3]));
        byte[] first = writer.finish(1);
        assertThat(writer.isEmpty()).isTrue();
        writer.add(entry("two", new byte[0]));
        Frame second = FrameCodec.decode(writer.finish(2));
        assertThat(second.entries()).extracting(Entry::device).containsExactly("two");
        assertThat(FrameCodec.number(first, 0)).isEqualTo(1);
        assertThat(FrameCodec.partition(first, 0)).isEqualTo(513);
        assertThat(FrameCodec.lane(first, 0)).isEqualTo(Lane.ALARM.ordinal());
        assertThat(FrameCodec.wholeAt(first, 0, first.length)).isEqualTo(first.length);
        assertThat(FrameCodec.wholeAt(first, 0, first.length - 1)).isEqualTo(-1);
    }

    @Test
    void aNameThatIsTooLongLeavesTheFrameAsItWas() {
        writer.add(entry("one", new byte[3]));
        assertThatThrownBy(() -> writer.add(entry("ü".repeat(128), new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add(entry("x".repeat(256), new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
        writer.add(entry("x".repeat(255), new byte[0]));
        assertThat(FrameCodec.decode(writer.finish(1)).entries()).hasSize(2);
    }

    /** Lone surrogates have no UTF-8. */
    private static List<String> readable(List<String> names) {
        return names.stream()
                .map(n -> n.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .map(b -> new String(b, java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }

    private static Entry entry(String device, byte[] payload) {
        return new Entry(FactKind.EVENT_POST, device, 1, 2, 3, "", payload);
    }
}
