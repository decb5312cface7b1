package io.weir.edge.ingest.tcp;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Turn;

/**
 * Frames of the device's own making: each goes to its product's script as raw bytes, and what the
 * script makes for the device goes out as a frame.
 */
final class RawTalk implements Talk {
    private final TcpSession session;
    private final Framing framing;
    private final FrameCutter cutter;
    private final AlinkTopic up;
    private final String down;
    private boolean pumping;
    private boolean held;
    private long gapTimer = -1;

    RawTalk(TcpSession session, Framing framing, int frameBytes) {
        this.session = session;
        this.framing = framing;
        this.cutter = new FrameCutter(framing, frameBytes);
        this.up = Talks.topic(session.device(), "model/up_raw");
        this.down = Talks.name(session.device(), "model/down_raw");
    }

    @Override
    public void begin() {
        // The device speaks first.
    }

    @Override
    public void received(byte[] bytes) {
        cutter.add(bytes);
        pump();
        if (framing instanceof Framing.Gap g && !session.ended()) {
            session.loop.vertx.cancelTimer(gapTimer);
            gapTimer = session.loop.vertx.setTimer(g.gap().toMillis(), t -> gap());
        }
    }

    private void gap() {
        if (session.ended()) {
            return;
        }
        try {
            byte[] frame = cutter.gap();
            if (frame != null) {
                take(frame);
            }
        } catch (BadFrame e) {
            session.cut(e.reason());
        }
        more();
    }

    /** Takes what is whole while there is room; called anew from within when a message settles. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!session.ended() && !session.full() && !held) {
                byte[] frame = cutter.next();
                if (frame == null) {
                    break;
                }
                take(frame);
            }
        } catch (BadFrame e) {
            session.cut(e.reason());
        } finally {
            pumping = false;
        }
        if (!session.ended()) {
            session.read(!session.full() && !held);
        }
    }

    private void take(byte[] frame) {
        if (frame.length == 0) {
            return;
        }
        if (!session.allowance.spend(frame.length)) {
            long wait = session.allowance.settle(session.loop.transport.nowMs());
            if (wait > 0) {
                hold(wait);
            }
        }
        session.handle(up, frame);
    }

    /** It sends more than it may: nothing is lost, its socket is not read for a while. */
    private void hold(long ms) {
        held = true;
        session.loop.vertx.setTimer(
                ms,
                t -> {
                    held = false;
                    more();
                });
    }

    @Override
    public void more() {
        pump();
    }

    @Override
    public void answered(Turn turn) {
        byte[] reply = turn.reply();
        if (reply != null && !session.write(framing.wrap(reply))) {
            session.cut("does not read what it is sent");
        }
    }

    @Override
    public boolean publish(String topic, byte[] payload) {
        boolean raw = topic.equals(down) || topic.equals(up.reply());
        return raw && session.write(framing.wrap(payload));
    }

    @Override
    public void end() {
        session.loop.vertx.cancelTimer(gapTimer);
    }
}
