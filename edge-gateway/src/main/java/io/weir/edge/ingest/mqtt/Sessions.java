package io.weir.edge.ingest.mqtt;

import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.weir.api.edge.EdgeApi.Publish;
import io.weir.api.edge.EdgeApi.Published;
import io.weir.edge.downlink.Mail;
import io.weir.edge.ingest.mqtt.Mailbox.Offered;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The MQTT sessions of this gateway, by device: connected ones and those that are away. Safe for
 * any thread.
 */
final class Sessions implements Mail, AutoCloseable {
    private final Time time;
    private final MqttConfig config;
    private final SessionDisk disk;
    private final Map<String, Mailbox> boxes = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();

    Sessions(VertxInternal vertx, Time time, MqttConfig config, Path folder) {
        this.time = time;
        this.config = config;
        this.disk = new SessionDisk(vertx, folder);
        long now = nowMs();
        disk.load((session, letters) -> load(session, letters, now));
    }

    private void load(Map.Entry<String, byte[]> session, Map<Long, Letter> letters, long now) {
        String text = new String(session.getValue(), StandardCharsets.UTF_8);
        boxes.put(
                session.getKey(),
                Mailbox.read(
                        session.getKey(),
                        config.queueMessages(),
                        config.queueBytes(),
                        new JsonObject(text),
                        letters,
                        now));
    }

    int size() {
        return boxes.size();
    }

    long bytes() {
        return bytes.get();
    }

    /** Is there a session that this CONNECT goes on with? */
    boolean present(String deviceId) {
        Mailbox box = boxes.get(deviceId);
        return box != null && box.persistent() && !box.over(nowMs());
    }

    /**
     * The session of a device that has just become its only connection.
     *
     * @param clean whatever there was is forgotten
     */
    Mailbox open(String deviceId, boolean clean) {
        Mailbox box = boxes.get(deviceId);
        if (box != null && (clean || !box.persistent() || box.over(nowMs()))) {
            forget(box);
            box = null;
        }
        return box != null
                ? box
                : boxes.computeIfAbsent(
                        deviceId, d -> new Mailbox(d, config.queueMessages(), config.queueBytes()));
    }

    /** The connection is there: what the device is owed goes out. */
    void attach(Mailbox box, Letterbox to, long lifeMs) {
        box.attach(to, lifeMs, nowMs());
        settle(box);
        note(box);
    }

    void detach(Mailbox box, Letterbox from) {
        if (box.detach(from, nowMs())) {
            if (box.persistent()) {
                note(box);
            } else {
                forget(box);
            }
        }
    }

    /** Something of it changed that must outlive this process. */
    Future<Void> note(Mailbox box) {
        return box.persistent()
                ? disk.session(box.deviceId(), box.json().encode())
                : Future.succeededFuture();
    }

    /** Null when nothing of that packet id was on its way. */
    @Nullable Letter acked(Mailbox box, int packetId) {
        Letter letter = box.acked(packetId, nowMs());
        settle(box);
        return letter;
    }

    /** Sends at QoS 1 over the connection that is there, whether or not it is subscribed to. */
    boolean send(Mailbox box, String topic, byte[] payload, long withinMs) {
        long now = nowMs();
        Offered offered = box.offer(topic, payload, 1, false, true, now + withinMs, now);
        settle(box);
        return offered.taken() == Mailbox.Taken.HANDED;
    }

    /** Ends the sessions that are away for too long, and drops what is too old. */
    void sweep() {
        long now = nowMs();
        long held = 0;
        for (Mailbox box : boxes.values()) {
            if (box.over(now)) {
                forget(box);
            } else {
                box.dropExpired(now);
                settle(box);
                held += box.bytes();
            }
        }
        bytes.set(held);
    }

    @Override
    public @Nullable Future<Published> publish(Publish m) {
        Mailbox box = boxes.get(m.deviceId());
        if (box == null) {
            return null;
        }
        int size = m.topic().length() + m.payload().length;
        if (bytes.get() + size > config.queueTotalBytes()) {
            return refused(CommonError.TOO_MANY_REQUESTS, "the gateway keeps too much already");
        }
        long now = nowMs();
        Offered offered =
                box.offer(
                        m.topic(),
                        m.payload(),
                        Math.min(m.qos(), 1),
                        m.keep(),
                        system(m.topic()),
                        now + config.queueKeep().toMillis(),
                        now);
        settle(box);
        return switch (offered.taken()) {
            case SENT_ONCE -> Future.succeededFuture(new Published(false));
            case HANDED, KEPT -> taken(box, offered);
            case AWAY -> refused(CommandError.DEVICE_OFFLINE, "the device is not connected");
            case FULL ->
                    refused(
                            CommandError.TOO_MANY_COMMANDS,
                            "too many messages wait for the device already");
            case NOT_SUBSCRIBED ->
                    refused(CommonError.CONFLICT, "the device has not subscribed to this topic");
            case TOO_LARGE ->
                    refused(CommonError.TOO_LARGE, "larger than the device takes a packet");
        };
    }

    private Future<Published> taken(Mailbox box, Offered offered) {
        boolean kept = offered.taken() == Mailbox.Taken.KEPT;
        Letter letter = offered.letter();
        bytes.addAndGet(letter == null ? 0 : letter.size());
        if (letter == null) {
            return Future.succeededFuture(new Published(kept));
        }
        return disk.letter(box.deviceId(), letter)
                .recover(
                        fault ->
                                box.withdraw(letter)
                                        ? Future.failedFuture(
                                                new Rejected(
                                                        CommonError.UNAVAILABLE,
                                                        "the gateway can't keep it now"))
                                        : Future.succeededFuture())
                .map(
                        v -> {
                            // Forgotten meanwhile: it must not turn up in the next session.
                            if (box.closed()) {
                                disk.strike(box.deviceId(), letter);
                            }
                            return new Published(kept);
                        });
    }

    private void settle(Mailbox box) {
        for (Letter gone : box.gone()) {
            bytes.addAndGet(-gone.size());
            if (box.persistent()) {
                disk.strike(box.deviceId(), gone);
            }
        }
    }

    private void forget(Mailbox box) {
        box.close();
        if (boxes.remove(box.deviceId(), box)) {
            disk.drop(box.deviceId());
        }
    }

    /** What the device gets without a subscription (facts: alink.md section 0.1). */
    private static boolean system(String topic) {
        return topic.startsWith("/sys/")
                || topic.startsWith("/ota/")
                || topic.startsWith("/ext/")
                || topic.startsWith("/shadow/");
    }

    private static Future<Published> refused(io.weir.model.problem.ErrorCode code, String detail) {
        return Future.failedFuture(new Rejected(code, detail));
    }

    private long nowMs() {
        return time.now().toEpochMilli();
    }

    @Override
    public void close() {
        disk.close();
    }
}
