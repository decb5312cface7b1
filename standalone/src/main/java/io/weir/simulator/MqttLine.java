package io.weir.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;

import org.jspecify.annotations.Nullable;

import java.util.function.LongSupplier;

/** A device's MQTT connection: one socket, two buffers, no timer but its ping. */
final class MqttLine implements Line {
    private static final long CONNACK_MS = 15_000;
    private static final int BAD_PASSWORD = 4;
    private static final int NOT_AUTHORISED = 5;

    private final Vertx vertx;
    private final NetClient client;
    private final String host;
    private final int port;
    private final Credential device;
    private final LongSupplier clock;
    private @Nullable NetSocket socket;
    private @Nullable Owner owner;
    private @Nullable Buffer half;
    private boolean in;
    private long attempt;
    private long timer = -1;

    MqttLine(
            Vertx vertx,
            NetClient client,
            String host,
            int port,
            Credential device,
            LongSupplier clock) {
        this.vertx = vertx;
        this.client = client;
        this.host = host;
        this.port = port;
        this.device = device;
        this.clock = clock;
    }

    @Override
    public void open(Owner of) {
        owner = of;
        long mine = ++attempt;
        client.connect(port, host)
                .onComplete(
                        result -> {
                            if (mine != attempt) {
                                if (result.succeeded()) {
                                    result.result().close();
                                }
                            } else if (result.succeeded()) {
                                connected(result.result(), mine);
                            } else {
                                apart(false);
                            }
                        });
    }

    private void connected(NetSocket fresh, long mine) {
        socket = fresh;
        half = null;
        fresh.handler(bytes -> read(bytes, mine));
        fresh.closeHandler(
                nothing -> {
                    if (mine == attempt) {
                        apart(false);
                    }
                });
        fresh.exceptionHandler(error -> fresh.close());
        fresh.write(Packets.connect(device));
        timer =
                vertx.setTimer(
                        CONNACK_MS,
                        nothing -> {
                            if (mine == attempt && !in) {
                                fresh.close();
                            }
                        });
    }

    private void read(Buffer bytes, long mine) {
        Buffer all = half == null ? bytes : half.appendBuffer(bytes);
        half = null;
        int at = 0;
        for (Packets.Packet p = Packets.read(all, at); p != null; p = Packets.read(all, at)) {
            packet(all, p);
            if (mine != attempt) {
                return; // what it made the device do ended this connection
            }
            at = p.to();
        }
        if (at < all.length()) {
            half = all.getBuffer(at, all.length());
        }
    }

    private void packet(Buffer all, Packets.Packet p) {
        switch (p.type()) {
            case Packets.CONNACK -> connack(all.getByte(p.from() + 1));
            case Packets.PUBACK -> owner().acked(all.getUnsignedShort(p.from()), clock.getAsLong());
            case Packets.PUBLISH -> message(all, p);
            default -> {} // PINGRESP, SUBACK
        }
    }

    private void connack(int code) {
        if (code != 0) {
            boolean refused = code == BAD_PASSWORD || code == NOT_AUTHORISED;
            close();
            owner().apart(refused, clock.getAsLong());
            return;
        }
        in = true;
        vertx.cancelTimer(timer);
        timer = vertx.setPeriodic(Packets.KEEP_ALIVE_S * 500L, nothing -> write(Packets.PING));
        owner().online(clock.getAsLong());
    }

    private void message(Buffer all, Packets.Packet p) {
        int qos = p.flags() >> 1 & 3;
        int topicEnd = p.from() + 2 + all.getUnsignedShort(p.from());
        String topic = all.getString(p.from() + 2, topicEnd);
        int payload = topicEnd + (qos > 0 ? 2 : 0);
        if (qos > 0) {
            write(Packets.puback(all.getUnsignedShort(topicEnd)));
        }
        owner().message(topic, all.getBytes(payload, p.to()), clock.getAsLong());
    }

    @Override
    public void publish(int number, String topic, byte[] payload, boolean again) {
        if (in) {
            write(Packets.publish(number, topic, payload, again));
        }
    }

    @Override
    public void listen(boolean listening) {
        NetSocket now = socket;
        if (now != null && listening) {
            now.resume();
        } else if (now != null) {
            now.pause();
        }
    }

    @Override
    public void cut() {
        end();
    }

    @Override
    public void close() {
        write(Packets.DISCONNECT);
        end();
    }

    private void end() {
        attempt++;
        in = false;
        vertx.cancelTimer(timer);
        NetSocket old = socket;
        socket = null;
        if (old != null) {
            old.close();
        }
    }

    private void apart(boolean refused) {
        end();
        owner().apart(refused, clock.getAsLong());
    }

    private void write(Buffer packet) {
        NetSocket now = socket;
        if (now != null) {
            now.write(packet);
        }
    }

    private Owner owner() {
        if (owner == null) {
            throw new IllegalStateException("not opened");
        }
        return owner;
    }
}
