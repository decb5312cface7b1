package io.weir.edge.ingest.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** The frames of a stream, however the network splits it. */
class FrameCutterTest {
    private static final int MAX = 64;

    /** A framing, frames as they are taken out, and the bytes on the wire. */
    record Stream(Framing framing, List<byte[]> frames, byte[] wire) {}

    @Provide
    Arbitrary<Stream> streams() {
        Arbitrary<List<byte[]>> bodies =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(40).list().ofMaxSize(12);
        Arbitrary<Integer> kind = Arbitraries.integers().between(0, 5);
        return Combinators.combine(kind, bodies).as(FrameCutterTest::stream);
    }

    private static Stream stream(int kind, List<byte[]> bodies) {
        Framing framing =
                switch (kind) {
                    case 0 -> new Framing.Length(0, 1, false, 0);
                    case 1 -> new Framing.Length(2, 2, false, -4);
                    case 2 -> new Framing.Length(1, 4, true, 3);
                    case 3 -> new Framing.Delimiter("0d0a");
                    case 4 -> new Framing.Delimiter("00");
                    default -> new Framing.Fixed(7);
                };
        List<byte[]> frames = new ArrayList<>();
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (byte[] body : bodies) {
            byte[] frame = frame(framing, body);
            frames.add(frame);
            wire.writeBytes(framing.wrap(frame));
        }
        return new Stream(framing, frames, wire.toByteArray());
    }

    private static byte[] frame(Framing framing, byte[] body) {
        return switch (framing) {
            case Framing.Length f -> {
                byte[] frame =
                        new byte[f.header() + Math.max(body.length, Math.max(0, f.adjust()))];
                System.arraycopy(body, 0, frame, f.header(), body.length);
                int field = frame.length - f.header() - f.adjust();
                for (int i = 0; i < f.width(); i++) {
                    int shift = 8 * (f.littleEndian() ? i : f.width() - 1 - i);
                    frame[f.offset() + i] = (byte) (field >>> shift);
                }
                yield frame;
            }
            case Framing.Delimiter f -> {
                byte[] frame = body.clone();
                for (int i = 0; i < frame.length; i++) {
                    frame[i] = (byte) (frame[i] == 0 || frame[i] == '\n' ? 'x' : frame[i]);
                }
                // A frame that ends with the delimiter's first byte is the hard case.
                if (frame.length > 0 && frame.length % 2 == 0 && !f.hex().equals("00")) {
                    frame[frame.length - 1] = '\r';
                }
                yield frame;
            }
            default -> Arrays.copyOf(body, 7);
        };
    }

    private static List<byte[]> cut(Framing framing, byte[] wire, Random chance) throws BadFrame {
        FrameCutter cutter = new FrameCutter(framing, MAX);
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < wire.length; ) {
            int to = Math.min(wire.length, at + 1 + chance.nextInt(chance.nextBoolean() ? 3 : 50));
            cutter.add(Arrays.copyOfRange(wire, at, to));
            at = to;
            for (byte[] f = cutter.next(); f != null; f = cutter.next()) {
                frames.add(f);
            }
        }
        assertThat(cutter.size()).isZero();
        return frames;
    }

    @Property(tries = 500)
    void anySplitOfTheStreamGivesTheSameFrames(@ForAll("streams") Stream s, @ForAll long seed)
            throws BadFrame {
        assertThat(cut(s.framing, s.wire, new Random(seed))).containsExactlyElementsOf(s.frames);
    }

    @Property(tries = 300)
    void hostileBytesEndInFramesWithinTheBoundOrInAFault(
            @ForAll("streams") Stream s, @ForAll byte[] noise) {
        FrameCutter cutter = new FrameCutter(s.framing, MAX);
        int taken = 0;
        try {
            for (byte b : noise) {
                cutter.add(new byte[] {b});
                for (byte[] f = cutter.next(); f != null; f = cutter.next()) {
                    assertThat(f.length).isLessThanOrEqualTo(MAX);
                    taken++;
                }
                assertThat(cutter.size()).isLessThanOrEqualTo(MAX + 8);
            }
            assertThat(taken).isLessThanOrEqualTo(noise.length);
        } catch (BadFrame e) {
            assertThat(e.reason()).isNotEmpty();
        }
    }

    @Example
    void aLengthThatLiesIsAFaultBeforeItsBytesCame() {
        FrameCutter big = new FrameCutter(new Framing.Length(0, 4, false, 0), MAX);
        big.add(HexFormat.of().parseHex("ffffffff"));
        assertThatThrownBy(big::next).isInstanceOf(BadFrame.class);
        FrameCutter small = new FrameCutter(new Framing.Length(0, 1, false, -1), MAX);
        small.add(new byte[] {0});
        assertThatThrownBy(small::next).hasMessage("a frame of 0 bytes");
    }

    @Example
    void aGapEndsAFrame() throws BadFrame {
        FrameCutter cutter = new FrameCutter(new Framing.Gap(Duration.ofMillis(50)), MAX);
        cutter.add(new byte[] {1, 2});
        cutter.add(new byte[] {3});
        assertThat(cutter.next()).isNull();
        assertThat(cutter.gap()).containsExactly(1, 2, 3);
        assertThat(cutter.gap()).isNull();
        cutter.add(new byte[MAX + 1]);
        assertThatThrownBy(cutter::next).isInstanceOf(BadFrame.class);
    }
}
