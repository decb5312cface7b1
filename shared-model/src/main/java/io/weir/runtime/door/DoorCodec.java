package io.weir.runtime.door;

import io.vertx.core.buffer.Buffer;
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

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The door's messages as bytes, one per binary WebSocket message. Big-endian:
 *
 * <pre>
 * u8 version (1)   u8 type, then
 * 1 hello     s8 gateway
 * 2 welcome   i64 epoch   i32 window
 * 3 uplink    s8 journal
 * 4 request   i64 id   i32 wait_ms   s8 address   s8 request_id   body
 * 5 reply     i64 id   body
 * 6 signal    s8 address   body
 * 7 frame     u8 lane   u16 partition   i64 number   bytes
 * 8 ack       u8 lane   u16 partition   i64 number
 * 9 ping      i64 stamp
 * 10 pong     i64 stamp
 * </pre>
 *
 * s8 = u8 length and that many UTF-8 bytes; the last field takes the rest. Both directions throw
 * {@link DoorFault} at what is too big or makes no sense.
 */
public final class DoorCodec {
    /** Of the body of a question or a signal. */
    public static final int ASK_BYTES = 64 << 10;

    /** Of a frame. */
    public static final int FRAME_BYTES = 1 << 20;

    /** Of the body of a reply: one page of a registry whose thing models are large. */
    public static final int REPLY_BYTES = 4 << 20;

    /** No message is longer: body, and room for the largest head. */
    public static final int MESSAGE_BYTES = REPLY_BYTES + 1024;

    private static final byte VERSION = 1;
    private static final Lane[] LANES = Lane.values();

    private DoorCodec() {}

    public static Buffer encode(DoorMessage message) {
        return switch (message) {
            case Hello m -> text(head(1), m.gateway());
            case Welcome m -> head(2).appendLong(m.epoch()).appendInt(m.window());
            case Uplink m -> text(head(3), m.journal());
            case Request m ->
                    body(
                            text(
                                    text(
                                            head(4).appendLong(m.id()).appendInt(m.waitMs()),
                                            m.address()),
                                    m.requestId()),
                            m.body(),
                            ASK_BYTES);
            case Reply m -> body(head(5).appendLong(m.id()), m.body(), REPLY_BYTES);
            case Signal m -> body(text(head(6), m.address()), m.body(), ASK_BYTES);
            case Frame m ->
                    body(
                            place(head(7), m.lane(), m.partition(), m.number()),
                            m.bytes(),
                            FRAME_BYTES);
            case FrameAck m -> place(head(8), m.lane(), m.partition(), m.number());
            case Ping m -> head(9).appendLong(m.stamp());
            case Pong m -> head(10).appendLong(m.stamp());
        };
    }

    public static DoorMessage decode(Buffer bytes) {
        Reader in = new Reader(bytes);
        int version = in.u8();
        if (version != VERSION) {
            throw new DoorFault("version " + version + " is not spoken here, but " + VERSION);
        }
        int type = in.u8();
        DoorMessage message =
                switch (type) {
                    case 1 -> new Hello(in.text());
                    case 2 -> new Welcome(in.i64(), in.positive());
                    case 3 -> new Uplink(in.text());
                    case 4 ->
                            new Request(
                                    in.i64(),
                                    in.positive(),
                                    in.text(),
                                    in.text(),
                                    in.rest(ASK_BYTES));
                    case 5 -> new Reply(in.i64(), in.rest(REPLY_BYTES));
                    case 6 -> new Signal(in.text(), in.rest(ASK_BYTES));
                    case 7 -> new Frame(in.lane(), in.u16(), in.i64(), in.rest(FRAME_BYTES));
                    case 8 -> new FrameAck(in.lane(), in.u16(), in.i64());
                    case 9 -> new Ping(in.i64());
                    case 10 -> new Pong(in.i64());
                    default -> throw new DoorFault("type " + type + " of a message is unknown");
                };
        in.end();
        return message;
    }

    private static Buffer head(int type) {
        return Buffer.buffer(64).appendByte(VERSION).appendByte((byte) type);
    }

    private static Buffer text(Buffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 255) {
            throw new DoorFault("a name of " + bytes.length + " bytes, 255 is the most");
        }
        return out.appendUnsignedByte((short) bytes.length).appendBytes(bytes);
    }

    private static Buffer place(Buffer out, Lane lane, int partition, long number) {
        if (partition < 0 || partition > 0xFFFF) {
            throw new DoorFault("partition " + partition);
        }
        return out.appendByte((byte) lane.ordinal())
                .appendUnsignedShort(partition)
                .appendLong(number);
    }

    private static Buffer body(Buffer out, Buffer body, int most) {
        tooBig(body.length(), most);
        return out.appendBuffer(body);
    }

    private static void tooBig(int length, int most) {
        if (length > most) {
            throw new DoorFault("a body of " + length + " bytes, " + most + " is the most");
        }
    }

    private static final class Reader {
        private final Buffer bytes;
        private int at;

        Reader(Buffer bytes) {
            this.bytes = bytes;
        }

        int u8() {
            return bytes.getUnsignedByte(take(1));
        }

        int u16() {
            return bytes.getUnsignedShort(take(2));
        }

        long i64() {
            return bytes.getLong(take(8));
        }

        int positive() {
            int value = bytes.getInt(take(4));
            if (value < 1) {
                throw new DoorFault(value + " is not positive");
            }
            return value;
        }

        Lane lane() {
            int lane = u8();
            if (lane >= LANES.length) {
                throw new DoorFault("there is no lane " + lane);
            }
            return LANES[lane];
        }

        String text() {
            int length = u8();
            int from = take(length);
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes.getBytes(from, from + length)))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new DoorFault("a name that is no UTF-8");
            }
        }

        Buffer rest(int most) {
            int length = bytes.length() - at;
            tooBig(length, most);
            return bytes.getBuffer(take(length), bytes.length());
        }

        void end() {
            if (at < bytes.length()) {
                throw new DoorFault((bytes.length() - at) + " bytes too many");
            }
        }

        private int take(int count) {
            if (bytes.length() - at < count) {
                throw new DoorFault("a message that ends in the middle");
            }
            int from = at;
            at += count;
            return from;
        }
    }
}
