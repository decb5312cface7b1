package io.weir.edge.link;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.weir.api.Op;
import io.weir.model.fact.Lane;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Answers;
import io.weir.runtime.door.DoorCodec;
import io.weir.runtime.door.DoorFault;
import io.weir.runtime.door.DoorMessage;
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
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One connection to the door, from its hello to its end; lives on one context. */
final class DoorLine {
    private static final Logger LOG = LoggerFactory.getLogger(DoorLine.class);
    private static final short PROTOCOL = 1002;
    private static final short GOING = 1000;

    /** Frames stop at this, so that a reply waits behind no more of them. */
    private static final int OUT_BYTES = 256 << 10;

    /** Who hears what the connection brings. */
    interface Listener {
        void welcomed(DoorLine line);

        /** The reply is sent by {@link DoorLine#reply}. */
        void asked(DoorLine line, Request ask);

        void signalled(Signal signal);

        void ended(DoorLine line, String why);
    }

    private final Vertx vertx;
    private final Context context;
    private final WebSocket socket;
    private final Time time;
    private final DoorLinkConfig config;
    private final Listener listener;
    private final Map<Long, Promise<Buffer>> open = new HashMap<>();
    private volatile @Nullable FrameLine frames;
    private @Nullable Welcome welcome;
    private String why = "the connection was closed";
    private boolean over;
    private long heardAtMs;
    private long lastId;

    DoorLine(
            Vertx vertx,
            Context context,
            WebSocket socket,
            Time time,
            DoorLinkConfig config,
            Listener listener) {
        this.vertx = vertx;
        this.context = context;
        this.socket = socket;
        this.time = time;
        this.config = config;
        this.listener = listener;
    }

    void begin(String gateway) {
        heardAtMs = time.tick().ms();
        socket.setWriteQueueMaxSize(OUT_BYTES);
        socket.binaryMessageHandler(this::received);
        socket.drainHandler(v -> drained());
        socket.exceptionHandler(e -> why = String.valueOf(e.getMessage()));
        socket.closeHandler(v -> closed());
        send(new Hello(gateway));
        vertx.setTimer(
                config.connectWithin().toMillis(),
                t -> {
                    if (welcome == null) {
                        hangUp("the door did not welcome us");
                    }
                });
    }

    /** Once per ping interval. */
    void look() {
        long now = time.tick().ms();
        if (now - heardAtMs > config.silence().toMillis()) {
            hangUp("nothing was heard of the door for " + config.silence());
        } else {
            send(new Ping(now));
        }
    }

    /** Fails only with Rejected. */
    <Q, R> Future<R> call(Op<Q, R> op, Q request) {
        Buffer body = Json.buffer(request);
        if (over || open.size() >= config.asks() || body.length() > DoorCodec.ASK_BYTES) {
            return Future.failedFuture(
                    new Rejected(
                            CommonError.UNAVAILABLE,
                            op.address() + " can't be asked: the line is full or gone"));
        }
        long id = ++lastId;
        int wait = (int) op.timeout().toMillis();
        Promise<Buffer> answer = Promise.promise();
        open.put(id, answer);
        long timer =
                vertx.setTimer(
                        wait,
                        t -> fail(open.remove(id), op.address() + " did not answer, try again"));
        send(new Request(id, wait, op.address(), UUID.randomUUID().toString(), body));
        return answer.future()
                .onComplete(done -> vertx.cancelTimer(timer))
                .compose(reply -> Answers.read(op, reply));
    }

    /** The way up for a lane of the one journal of this connection. */
    synchronized FrameLine frames(String journal, Lane lane) {
        Welcome w = welcome;
        if (w == null || over) {
            throw new IllegalStateException("no connection to the door");
        }
        FrameLine line = frames;
        if (line == null) {
            line =
                    new FrameLine(
                            context,
                            w.window(),
                            socket::writeQueueFull,
                            this::send,
                            () -> hangUp("frames were given up"));
            frames = line;
            context.runOnContext(v -> send(new Uplink(journal)));
        }
        line.take(lane);
        return line;
    }

    void reply(long id, Buffer body) {
        if (body.length() > DoorCodec.ASK_BYTES) {
            send(
                    new Reply(
                            id,
                            Answers.rejected(
                                    new Rejected(
                                            CommonError.TOO_LARGE, "the answer is too large"))));
            return;
        }
        send(new Reply(id, body));
    }

    void hangUp(String reason) {
        if (!over) {
            why = reason;
            socket.close(GOING, reason).onFailure(e -> closed());
        }
    }

    private void received(Buffer bytes) {
        heardAtMs = time.tick().ms();
        try {
            handle(DoorCodec.decode(bytes));
        } catch (DoorFault e) {
            why = "the door said: " + e.getMessage();
            LOG.warn("the door speaks otherwise: {}", e.getMessage());
            socket.close(PROTOCOL, "not understood").onFailure(x -> closed());
        }
    }

    private void handle(DoorMessage message) {
        if (welcome == null) {
            if (!(message instanceof Welcome w)) {
                throw new DoorFault("a connection begins with welcome");
            }
            synchronized (this) {
                welcome = w;
            }
            LOG.info("the door welcomes us, connection {}", w.epoch());
            listener.welcomed(this);
            return;
        }
        switch (message) {
            case Reply m -> replied(m);
            case Request m -> listener.asked(this, m);
            case Signal m -> listener.signalled(m);
            case FrameAck m -> acknowledged(m);
            case Ping m -> send(new Pong(m.stamp()));
            case Pong m -> LOG.trace("pong {}", m.stamp());
            case Welcome m -> throw new DoorFault("one welcome is enough");
            case Hello m -> throw new DoorFault("a door has no name");
            case Uplink m -> throw new DoorFault("a door has no journal");
            case Frame m -> throw new DoorFault("a door has no frames");
        }
    }

    private void acknowledged(FrameAck ack) {
        FrameLine line = frames;
        if (line == null) {
            throw new DoorFault("an acknowledgement of nothing");
        }
        line.acknowledged(ack);
    }

    private void replied(Reply reply) {
        Promise<Buffer> asker = open.remove(reply.id());
        if (asker != null) {
            asker.complete(reply.body());
        }
    }

    private void drained() {
        FrameLine line = frames;
        if (line != null) {
            line.pump();
        }
    }

    private void closed() {
        if (over) {
            return;
        }
        synchronized (this) {
            over = true;
        }
        String said = socket.closeReason();
        List<Promise<Buffer>> left = List.copyOf(open.values());
        open.clear();
        left.forEach(p -> fail(p, "the link to the cloud broke, try again"));
        FrameLine line = frames;
        if (line != null) {
            line.ended();
        }
        listener.ended(this, said == null || said.isEmpty() ? why : said);
    }

    private void send(DoorMessage message) {
        if (!over) {
            socket.writeBinaryMessage(DoorCodec.encode(message))
                    .onFailure(e -> LOG.debug("not sent", e));
        }
    }

    private static void fail(@Nullable Promise<Buffer> asker, String message) {
        if (asker != null) {
            asker.fail(new Rejected(CommonError.UNAVAILABLE, message));
        }
    }
}
