package io.weir.runtime.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.weir.api.devices.DevicesApi;
import io.weir.api.dispense.DispenseOps;
import io.weir.api.edge.EdgeApi;
import io.weir.api.ingest.IngestApi;
import io.weir.model.fact.Lane;
import io.weir.runtime.door.DoorMessage.Frame;
import io.weir.runtime.door.DoorMessage.FrameAck;
import io.weir.runtime.door.DoorMessage.Hello;
import io.weir.runtime.door.DoorMessage.Ping;
import io.weir.runtime.door.DoorMessage.Pong;
import io.weir.runtime.door.DoorMessage.Reply;
import io.weir.runtime.door.DoorMessage.Request;
import io.weir.runtime.door.DoorMessage.Signal;
import io.weir.runtime.door.DoorMessage.Uplink;
import io.weir.runtime.door.DoorMessage.Welcome;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

class DoorCodecTest {
    @Property(tries = 2000)
    void whatIsWrittenIsRead(@ForAll("messages") DoorMessage message) {
        assertThat(DoorCodec.decode(DoorCodec.encode(message))).isEqualTo(message);
    }

    @Property(tries = 2000)
    void anyBytesAreAMessageOrAFaultAndNothingElse(@ForAll byte[] bytes) {
        try {
            Buffer again = DoorCodec.encode(DoorCodec.decode(Buffer.buffer(bytes)));
            assertThat(again.getBytes()).isEqualTo(bytes);
        } catch (DoorFault e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 1000)
    void aMessageCutShortOrChangedNeverBreaksTheReader(
            @ForAll("messages") DoorMessage message, @ForAll int cut, @ForAll byte change) {
        Buffer whole = DoorCodec.encode(message);
        int at = Math.floorMod(cut, whole.length());
        decodes(whole.getBuffer(0, at));
        decodes(whole.copy().setByte(at, change));
    }

    @Test
    void everythingHasABound() {
        Buffer ask = Buffer.buffer(new byte[DoorCodec.ASK_BYTES]);
        Buffer more = Buffer.buffer(new byte[DoorCodec.ASK_BYTES + 1]);
        assertThat(DoorCodec.encode(new Request(1, 1, "a", "r", ask)).length())
                .isLessThan(DoorCodec.MESSAGE_BYTES);
        refused(new Request(1, 1, "a", "r", more), "65537 bytes");
        refused(new Signal("a", more), "65537 bytes");
        refused(
                new Frame(Lane.MONEY, 0, 1, Buffer.buffer(new byte[DoorCodec.FRAME_BYTES + 1])),
                "1048577 bytes");
        refused(new Reply(1, Buffer.buffer(new byte[DoorCodec.REPLY_BYTES + 1])), "is the most");
        refused(new Hello("x".repeat(256)), "256 bytes");
        Buffer big = DoorCodec.encode(new Request(1, 1, "a", "r", ask)).appendByte((byte) 0);
        assertThatThrownBy(() -> DoorCodec.decode(big))
                .isInstanceOf(DoorFault.class)
                .hasMessageContaining("65537 bytes");
    }

    @Test
    void anotherVersionIsNamed() {
        assertThatThrownBy(() -> DoorCodec.decode(Buffer.buffer(new byte[] {2, 1, 0})))
                .hasMessage("version 2 is not spoken here, but 1");
    }

    @Test
    void onlyListedQuestionsHaveATimeout() {
        assertThat(DoorOperations.timeoutOf(DevicesApi.CHANGES.address())).isNotNull();
        assertThat(DoorOperations.timeoutOf(IngestApi.MARKS.at("dispense").address())).isNotNull();
        assertThat(DoorOperations.timeoutOf(IngestApi.MARKS.address())).isNull();
        assertThat(DoorOperations.timeoutOf(IngestApi.MARKS.at("a b").address())).isNull();
        assertThat(DoorOperations.timeoutOf(DevicesApi.PLACES.address())).isNull();
        assertThat(DoorOperations.timeoutOf(DispenseOps.CREATE.address())).isNull();
        assertThat(DoorOperations.timeoutOf(EdgeApi.OPEN.at("edge-2").address())).isNull();
    }

    @Provide
    Arbitrary<DoorMessage> messages() {
        Arbitrary<String> name = Arbitraries.strings().all().ofMaxLength(60);
        Arbitrary<Long> any = Arbitraries.longs();
        Arbitrary<Integer> positive = Arbitraries.integers().greaterOrEqual(1);
        Arbitrary<Integer> partition = Arbitraries.integers().between(0, 0xFFFF);
        Arbitrary<Lane> lane = Arbitraries.of(Lane.class);
        Arbitrary<Buffer> body =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Buffer::buffer);
        Arbitrary<String> text = name.map(DoorCodecTest::wellFormed);
        return Arbitraries.oneOf(
                text.map(Hello::new),
                Combinators.combine(any, positive).as(Welcome::new),
                text.map(Uplink::new),
                Combinators.combine(any, positive, text, text, body).as(Request::new),
                Combinators.combine(any, body).as(Reply::new),
                Combinators.combine(text, body).as(Signal::new),
                Combinators.combine(lane, partition, any, body).as(Frame::new),
                Combinators.combine(lane, partition, any).as(FrameAck::new),
                any.map(Ping::new),
                any.map(Pong::new));
    }

    /** Half a surrogate pair has no UTF-8. */
    private static String wellFormed(String text) {
        String clean =
                text.codePoints()
                        .filter(c -> c < 0xD800 || c > 0xDFFF)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
        return clean.substring(
                0,
                clean.offsetByCodePoints(0, Math.min(60, clean.codePointCount(0, clean.length()))));
    }

    private static void decodes(Buffer bytes) {
        try {
            assertThat(DoorCodec.decode(bytes)).isNotNull();
        } catch (DoorFault e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void refused(DoorMessage message, String why) {
        assertThatThrownBy(() -> DoorCodec.encode(message))
                .isInstanceOf(DoorFault.class)
                .hasMessageContaining(why);
    }
}
