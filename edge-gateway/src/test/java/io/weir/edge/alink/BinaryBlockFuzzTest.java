package io.weir.edge.alink;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.weir.edge.Fuzz;

import java.util.Arrays;

/** Pieces of files as they come: what is read is written again byte for byte, damage is seen. */
class BinaryBlockFuzzTest {
    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void blocks(byte[] input) {
        BinaryBlock came = BinaryBlock.read(input);
        if (came != null) {
            assertThat(came.bytes()).isEqualTo(input);
            assertThat(Envelope.read(came.header()).code()).isIn(200, 460, 6207);
        }
        int cut = input.length == 0 ? 0 : (input[0] & 0xff) % (input.length + 1);
        var made =
                new BinaryBlock(
                        Arrays.copyOf(input, cut), Arrays.copyOfRange(input, cut, input.length));
        byte[] wire = made.bytes();
        BinaryBlock read = BinaryBlock.read(wire);
        assertThat(read).isNotNull();
        assertThat(read.header()).isEqualTo(made.header());
        assertThat(read.piece()).isEqualTo(made.piece());
        if (made.piece().length > 0) {
            wire[2 + cut] ^= 1;
            assertThat(BinaryBlock.read(wire)).as("one bit of the piece is wrong").isNull();
        }
    }
}
