package io.weir.cloud.door;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.weir.api.door.DoorApi.Connection;
import io.weir.runtime.bus.Bus;
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
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One gateway's connection, on the door's event loop, from its admission to its end. */
final class DoorSession {
    private static final Logger LOG = LoggerFactory.getLogger(DoorSession.class);
    private static final short POLICY = 1008;
    private static final int REASON_CHARS = 110;

    /**
     * Replies and commands may wait for a gateway up to this; it is also what frames never fill.
     */
    private static final int OUT_BYTES = 1 << 20;

    private final Peer peer;
    private final long epoch;
    private final ServerWebSocket socket;
    private final Bus bus;
    private final Time time;
    private final DoorConfig config;
    private final DoorMeters meters;
    private final AskLine asks;
    private final CommandLine commands;
    private final FrameIntake frames;
    private boolean greeted;
    private boolean ended;
    private long heardAtMs;
    private long freeAtMs;

    /**
     * @param partitions of each lane's topic
     */
    DoorSession(
            Vertx vertx,
            Peer peer,
            long epoch,
            ServerWebSocket socket,
            Bus bus,
            Time time,
            DoorConfig config,
            int partitions,
            FrameProducer producer,
            DoorMeters meters) {
        this.peer = peer;
        this.epoch = epoch;
        this.socket = socket;
        this.bus = bus;
        this.time = time;
        this.config = config;
        this.meters = meters;
        String gateway = peer.gateway();
        this.asks = new AskLine(gateway, config.asks(), bus, meters, this::send);
        this.commands =
                new CommandLine(
                        vertx, gateway, config.asks(), meters, socket::writeQueueFull, this::send);
        this.frames =
                new FrameIntake(
                        gateway,
                        partitions,
                        config.windowBytes(),
                        producer,
                        meters,
                        this::send,
                        why -> cut("kafka", why));
        socket.setWriteQueueMaxSize(OUT_BYTES);
        socket.binaryMessageHandler(this::received);
        socket.textMessageHandler(text -> cut("message", "text is not spoken here"));
        socket.exceptionHandler(e -> cut("broken", String.valueOf(e.getMessage())));
        heardAtMs = time.tick().ms();
        freeAtMs = heardAtMs;
    }

    Connection connection() {
        return new Connection(peer.gateway(), peer.serial(), epoch);
    }

    long epoch() {
        return epoch;
    }

    /** Bytes of frames that Kafka has not acknowledged. */
    long onTheWay() {
        return frames.onTheWay();
    }

    /** Once a second. */
    void look() {
        long now = time.tick().ms();
        if (!socket.writeQueueFull()) {
            freeAtMs = now;
        }
        if (now - heardAtMs > config.silence().toMillis()) {
            cut("silent", "nothing was heard for " + config.silence());
        } else if (now - freeAtMs > config.slow().toMillis()) {
            cut("slow", "nothing was taken for " + config.slow());
        }
    }

    /** Ends the connection and says why. */
    void cut(String word, String why) {
        if (ended) {
            return;
        }
        LOG.info("gateway {}, connection {}, is cut off: {}", peer.gateway(), epoch, why);
        meters.cut(word);
        end();
        String reason = why.length() > REASON_CHARS ? why.substring(0, REASON_CHARS) : why;
        socket.close(POLICY, reason).onFailure(e -> LOG.debug("it was closed already", e));
    }

    /** The connection has ended, whoever ended it. */
    void end() {
        ended = true;
        commands.close();
        frames.close();
    }

    private void received(Buffer bytes) {
        if (ended) {
            return;
        }
        heardAtMs = time.tick().ms();
        try {
            handle(DoorCodec.decode(bytes));
        } catch (DoorFault e) {
            meters.refused("message");
            cut("message", String.valueOf(e.getMessage()));
        }
    }

    private void handle(DoorMessage message) {
        if (!greeted) {
            greet(message);
            return;
        }
        switch (message) {
            case Uplink m -> frames.uplink(m.journal());
            case Frame m -> frames.frame(m);
            case Request m -> asks.ask(m);
            case Reply m -> commands.replied(m.id(), m.body());
            case Ping m -> send(new Pong(m.stamp()));
            case Pong m -> LOG.trace("pong {}", m.stamp());
            case Signal m -> throw new DoorFault("a gateway has no signals for the cloud");
            case Hello m -> throw new DoorFault("one hello is enough");
            case Welcome m -> throw new DoorFault("a gateway welcomes nobody");
            case FrameAck m -> throw new DoorFault("a gateway acknowledges no frames");
        }
    }

    private void greet(DoorMessage message) {
        if (!(message instanceof Hello hello)) {
            throw new DoorFault("a connection begins with hello");
        }
        if (!hello.gateway().equals(peer.gateway())) {
            throw new DoorFault(
                    "the certificate is of gateway " + peer.gateway() + ", the hello is not");
        }
        greeted = true;
        send(new Welcome(epoch, config.windowBytes()));
        commands.open(bus);
    }

    private void send(DoorMessage message) {
        if (!ended) {
            socket.writeBinaryMessage(DoorCodec.encode(message))
                    .onFailure(e -> LOG.debug("not sent to {}", peer.gateway(), e));
        }
    }
}
