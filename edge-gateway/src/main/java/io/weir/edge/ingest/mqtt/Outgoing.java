package io.weir.edge.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.weir.edge.debug.Watch;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What goes to one device. Answers are gathered and leave in one write per group commit; commands
 * leave at once and may come from any thread.
 */
final class Outgoing {
    private final ChannelHandlerContext socket;
    private final boolean v5;
    private final int commandsMax;
    private final int unreadMax;
    private final int packetMax;
    private final Supplier<@Nullable Watch> watch;
    private final AtomicInteger commands = new AtomicInteger();
    private @Nullable ByteBuf answers;

    /**
     * @param terms what the device takes
     * @param watch of the device, if somebody watches it just now
     */
    Outgoing(
            ChannelHandlerContext socket,
            Terms terms,
            MqttConfig config,
            Supplier<@Nullable Watch> watch) {
        this.socket = socket;
        this.v5 = terms.v5();
        this.packetMax = terms.packetMax();
        this.commandsMax = config.outboundMax();
        this.unreadMax = config.outboundBytes();
        this.watch = watch;
    }

    /**
     * Adds PUBACK and reply of one publish; on the socket's loop.
     *
     * @return true when these are the first since the last {@link #flush}, which is now due
     */
    boolean answer(Pending p) {
        ByteBuf out = answers;
        boolean first = out == null;
        if (out == null) {
            out = socket.alloc().ioBuffer();
            answers = out;
        }
        if (p.reason != 0) {
            MqttPackets.puback(out, p.packetId, p.reason);
        } else if (p.packetId != 0) {
            MqttPackets.puback(out, p.packetId);
        }
        byte[] reply = p.reply();
        if (reply != null && p.request != null) {
            answer(out, p.request, p.topic().replyBytes(), reply);
        } else if (reply != null && fits(p.topic().replyBytes().length, reply.length)) {
            MqttPackets.publish(out, p.topic().replyBytes(), reply, v5);
        }
        return first;
    }

    private void answer(ByteBuf out, Request to, byte[] usual, byte[] reply) {
        byte[] topic = to.topicBytes(usual);
        byte[] correlation = to.correlation();
        int more = correlation == null ? 0 : correlation.length + MqttPackets.CORRELATION_HEAD;
        if (fits(topic.length + more, reply.length)) {
            MqttPackets.response(out, topic, correlation, reply);
        }
    }

    /**
     * Sends the answers gathered so far; on the socket's loop.
     *
     * @return false when the device has too much unread already: they are dropped
     */
    boolean flush() {
        ByteBuf out = answers;
        answers = null;
        if (out == null) {
            return true;
        }
        if (socket.channel().bytesBeforeWritable() > unreadMax) {
            out.release();
            return false;
        }
        socket.writeAndFlush(out, socket.voidPromise());
        return true;
    }

    /** MQTT 5: says why the connection ends, behind the answers that are due. */
    void goodbye(int reason) {
        if (flush()) {
            ByteBuf out = socket.alloc().ioBuffer();
            MqttPackets.disconnect(out, reason);
            socket.writeAndFlush(out, socket.voidPromise());
        }
    }

    /** Forgets the answers gathered so far. */
    void drop() {
        if (answers != null) {
            answers.release();
            answers = null;
        }
    }

    /** MQTT 5 lets a device say how large a packet it takes. */
    boolean fits(int topic, int payload) {
        return (long) topic + payload + MqttPackets.PUBLISH_HEAD <= packetMax;
    }

    /** Sends at QoS 1. How many are on their way is bounded by the device's window. */
    void letter(Letter letter, boolean again, long expirySeconds) {
        byte[] topic = letter.topic().getBytes(StandardCharsets.UTF_8);
        int room = letter.payload().length + topic.length + MqttPackets.PUBLISH_HEAD;
        ByteBuf out = socket.alloc().ioBuffer(room);
        MqttPackets.letter(out, topic, letter, again, v5, expirySeconds);
        socket.writeAndFlush(out, socket.voidPromise());
        see(letter.topic(), letter.payload(), true);
    }

    /** Sends a command; false when too many are on their way already. */
    boolean command(String topic, byte[] payload) {
        if (!fits(topic.length(), payload.length) || commands.incrementAndGet() > commandsMax) {
            commands.decrementAndGet();
            see(topic, payload, false);
            return false;
        }
        see(topic, payload, true);
        ByteBuf out = socket.alloc().ioBuffer(payload.length + 2 * topic.length());
        MqttPackets.publish(out, topic.getBytes(StandardCharsets.UTF_8), payload, v5);
        socket.writeAndFlush(out).addListener(written -> commands.decrementAndGet());
        return true;
    }

    private void see(String topic, byte[] payload, boolean sent) {
        Watch watching = watch.get();
        if (watching != null) {
            watching.sent(topic, payload, sent);
        }
    }
}
