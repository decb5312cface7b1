package io.weir.edge.ingest.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.weir.edge.Fuzz;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Any bytes, split in any way: the same frames, within the bound, then the same end. */
class FramingFuzzTest {
    private static final int MAX = 64;
    private static final Framing[] FRAMINGS = {
        new Framing.Length(0, 1, false, 0),
        new Framing.Length(2, 2, false, -4),
        new Framing.Length(1, 4, true, 3),
        new Framing.Length(0, 2, true, -256),
        new Framing.Delimiter("0d0a"),
        new Framing.Delimiter("00"),
        new Framing.Delimiter("61616261"),
        new Framing.Fixed(7),
        new Framing.Gap(Duration.ofMillis(50)),
    };

    /** Frames as hex; last the fault, or what is left over. */
    private static List<String> cut(Framing framing, List<byte[]> parts) {
        FrameCutter cutter = new FrameCutter(framing, MAX);
        List<String> frames = new ArrayList<>();
        try {
            for (byte[] part : parts) {
                cutter.add(part);
                for (byte[] f = cutter.next(); f != null; f = cutter.next()) {
                    assertThat(f.length).isLessThanOrEqualTo(MAX);
                    frames.add(HexFormat.of().formatHex(f));
                    assertThat(frames.size())
                            .as("a stream ends in frames or a fault, never in a loop")
                            .isLessThanOrEqualTo(10_000);
                }
                assertThat(cutter.size()).isLessThanOrEqualTo(MAX + Long.BYTES + part.length);
            }
            byte[] last = cutter.gap();
            frames.add(last == null ? "left " + cutter.size() : HexFormat.of().formatHex(last));
        } catch (BadFrame e) {
            frames.add("fault");
        }
        return frames;
    }

    private static List<byte[]> split(byte[] wire, Random chance) {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at < wire.length; ) {
            int to = Math.min(wire.length, at + 1 + chance.nextInt(chance.nextBoolean() ? 2 : 40));
            parts.add(Arrays.copyOfRange(wire, at, to));
            at = to;
        }
        return parts;
    }

    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void streams(byte[] input) {
        if (input.length < 2) {
            return;
        }
        Framing framing = FRAMINGS[(input[0] & 0xff) % FRAMINGS.length];
        byte[] wire = Arrays.copyOfRange(input, 2, input.length);
        List<String> whole = cut(framing, List.of(wire));
        assertThat(cut(framing, split(wire, new Random(input[1])))).isEqualTo(whole);
        assertThat(cut(framing, split(wire, new Random(~input[1])))).isEqualTo(whole);
        if (framing instanceof Framing.Delimiter || framing instanceof Framing.Fixed) {
            again(framing, wire, whole);
        }
    }

    /** Frames put on the wire by the encoder come out as they went in. */
    private static void again(Framing framing, byte[] wire, List<String> frames) {
        List<byte[]> sent = new ArrayList<>();
        for (String frame : frames.subList(0, frames.size() - 1)) {
            sent.add(framing.wrap(HexFormat.of().parseHex(frame)));
        }
        assertThat(sent.stream().mapToInt(f -> f.length).sum()).isLessThanOrEqualTo(wire.length);
        List<String> back = cut(framing, sent);
        assertThat(back.subList(0, back.size() - 1))
                .isEqualTo(frames.subList(0, frames.size() - 1));
    }
}
