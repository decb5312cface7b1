package io.weir.edge.alink;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class BinaryBlockTest {
    @Test
    void theChecksumIsCrc16Ibm() {
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(BinaryBlock.crc16(check, 0, check.length)).isEqualTo(0xbb3d);
    }

    @Test
    void onTheWire() {
        byte[] wire =
                new BinaryBlock("{}".getBytes(StandardCharsets.US_ASCII), new byte[] {'1', '2'})
                        .bytes();
        assertThat(wire).startsWith(0, 2, '{', '}', '1', '2').hasSize(8);
        int crc = BinaryBlock.crc16(wire, 4, 6);
        assertThat(wire[6]).isEqualTo((byte) crc);
        assertThat(wire[7]).isEqualTo((byte) (crc >> 8));
    }

    @Property(tries = 300)
    void whatIsWrittenIsRead(
            @ForAll @Size(max = 300) byte[] header, @ForAll @Size(max = 300) byte[] piece) {
        BinaryBlock read = BinaryBlock.read(new BinaryBlock(header, piece).bytes());
        assertThat(read).isNotNull();
        assertThat(read.header()).isEqualTo(header);
        assertThat(read.piece()).isEqualTo(piece);
    }

    @Property(tries = 300)
    void aDamagedPieceIsSeen(@ForAll @Size(min = 1, max = 300) byte[] piece, @ForAll int where) {
        byte[] wire = new BinaryBlock(new byte[] {'{', '}'}, piece).bytes();
        wire[4 + Math.floorMod(where, piece.length)] ^= 1;
        assertThat(BinaryBlock.read(wire)).isNull();
    }

    @Property(tries = 1000)
    void anythingElseIsRefused(@ForAll @Size(max = 40) byte[] bytes) {
        BinaryBlock read = BinaryBlock.read(bytes);
        if (read != null) {
            assertThat(read.bytes()).isEqualTo(bytes);
        }
    }
}
