package io.weir.edge.ingest.mqtt;

import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One device's MQTT session: what it has subscribed to and what it has not acknowledged, whether it
 * is connected or away. Outlives its connections when the device asked for that. Safe for any
 * thread; knows no clock, no disk, no network.
 */
final class Mailbox {
    /** What became of a message. */
    enum Taken {
        /** Sent, or waiting for the device to acknowledge earlier ones. */
        HANDED,
        /** Waits for the device to come back. */
        KEPT,
        AWAY,
        FULL,
        NOT_SUBSCRIBED,
        TOO_LARGE,
        /** Sent at QoS 0; nothing will be heard of it. */
        SENT_ONCE
    }

    /**
     * @param letter to be written down, null when it need not
     */
    record Offered(Taken taken, @Nullable Letter letter) {}

    private final String deviceId;
    private final int messages;
    private final long bytesMax;
    private final Filters filters = new Filters();
    private final TreeMap<Long, Letter> letters = new TreeMap<>();
    private List<Letter> gone = new ArrayList<>(0);
    private @Nullable Letterbox connection;
    private long bytes;
    private long nextSeq;
    private long sentUpTo = -1;
    private long sentHere = -1;
    private int inFlight;
    private boolean closed;
    private long lifeMs;
    private long leftAtMs;

    /**
     * @param messages letters at most
     * @param bytesMax topics and payloads of all letters at most
     */
    Mailbox(String deviceId, int messages, long bytesMax) {
        this.deviceId = deviceId;
        this.messages = messages;
        this.bytesMax = bytesMax;
    }

    String deviceId() {
        return deviceId;
    }

    /**
     * The device is here: what it has not acknowledged goes out again, in order, under the same
     * packet ids, then the rest.
     *
     * @param lifeMs how long the session outlives this connection; 0 = not at all
     */
    synchronized void attach(Letterbox to, long lifeMs, long nowMs) {
        connection = to;
        this.lifeMs = lifeMs;
        sentHere = -1;
        inFlight = 0;
        pump(nowMs);
    }

    /** The connection is gone; one that has been taken over already changes nothing. */
    synchronized boolean detach(Letterbox from, long nowMs) {
        if (connection != from) {
            return false;
        }
        connection = null;
        leftAtMs = nowMs;
        return true;
    }

    /** MQTT 5 lets a device change it when it goes. */
    synchronized void life(long ms) {
        lifeMs = ms;
    }

    /** Forgotten: it takes nothing any more. */
    synchronized void close() {
        closed = true;
    }

    synchronized boolean closed() {
        return closed;
    }

    synchronized boolean persistent() {
        return lifeMs > 0;
    }

    /** Away for longer than it asked for. */
    synchronized boolean over(long nowMs) {
        return connection == null && nowMs - leftAtMs >= lifeMs;
    }

    /**
     * @param most the highest QoS that is asked for
     * @param anyway the topic needs no subscription
     */
    synchronized Offered offer(
            String topic,
            byte[] payload,
            int most,
            boolean keep,
            boolean anyway,
            long expiresAtMs,
            long nowMs) {
        if (closed) {
            return new Offered(Taken.AWAY, null);
        }
        int granted = filters.granted(topic);
        if (granted < 0 && !anyway) {
            return new Offered(Taken.NOT_SUBSCRIBED, null);
        }
        int qos = granted < 0 ? most : Math.min(granted, most);
        Letterbox here = connection;
        if (here != null && !here.fits(topic, payload)) {
            return new Offered(Taken.TOO_LARGE, null);
        }
        if (qos == 0) {
            boolean sent = here != null && here.publish(topic, payload);
            return new Offered(sent ? Taken.SENT_ONCE : Taken.AWAY, null);
        }
        boolean lasting = keep && lifeMs > 0;
        if (here == null && !lasting) {
            return new Offered(Taken.AWAY, null);
        }
        dropExpired(nowMs);
        Letter letter = new Letter(nextSeq, topic, payload, expiresAtMs);
        if (letters.size() >= messages || bytes + letter.size() > bytesMax) {
            return new Offered(Taken.FULL, null);
        }
        nextSeq++;
        put(letter);
        pump(nowMs);
        return new Offered(here == null ? Taken.KEPT : Taken.HANDED, lasting ? letter : null);
    }

    /** Acknowledged: null when nothing of that packet id was sent on this connection. */
    synchronized @Nullable Letter acked(int packetId, long nowMs) {
        for (Letter l : letters.values()) {
            if (l.seq() > sentHere) {
                return null;
            }
            if (l.packetId() == packetId) {
                take(l);
                gone.add(l);
                inFlight--;
                pump(nowMs);
                return l;
            }
        }
        return null;
    }

    /** It could not be written down. True when it was not sent either, and now never will be. */
    synchronized boolean withdraw(Letter letter) {
        boolean unsent = letters.containsKey(letter.seq()) && letter.seq() > sentUpTo;
        if (unsent) {
            take(letter);
        }
        return unsent;
    }

    /** What has left it since the last call, acknowledged or too old: to be struck out. */
    synchronized List<Letter> gone() {
        List<Letter> now = gone;
        gone = new ArrayList<>(0);
        return now;
    }

    /** Drops what is too old to be sent. */
    synchronized void dropExpired(long nowMs) {
        List<Letter> old = new ArrayList<>(0);
        for (Letter l : letters.values()) {
            // What is on its way keeps its packet id until it is acknowledged.
            boolean underway = connection != null && l.seq() <= sentHere;
            if (!underway && l.expiresAtMs() <= nowMs) {
                old.add(l);
            }
        }
        old.forEach(this::take);
        gone.addAll(old);
    }

    /** Sends what the device's window has room for. */
    private void pump(long nowMs) {
        Letterbox here = connection;
        if (here == null) {
            return;
        }
        Iterator<Letter> next = List.copyOf(letters.tailMap(sentHere, false).values()).iterator();
        while (next.hasNext() && inFlight < here.window()) {
            Letter l = next.next();
            if (l.expiresAtMs() <= nowMs || !here.send(l, l.seq() <= sentUpTo, nowMs)) {
                take(l);
                gone.add(l);
                continue;
            }
            sentHere = l.seq();
            sentUpTo = Math.max(sentUpTo, sentHere);
            inFlight++;
        }
    }

    private void put(Letter l) {
        letters.put(l.seq(), l);
        bytes += l.size();
    }

    private void take(Letter l) {
        if (letters.remove(l.seq()) != null) {
            bytes -= l.size();
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized int waiting() {
        return letters.size();
    }

    synchronized boolean subscribe(String filter, int qos) {
        return filters.add(filter, qos);
    }

    synchronized boolean unsubscribe(String filter) {
        return filters.remove(filter);
    }

    /**
     * What is written down of it, apart from its letters. While it is connected everything may have
     * been sent: after a crash all is sent as a repetition.
     */
    synchronized JsonObject json() {
        return new JsonObject()
                .put("lifeMs", lifeMs)
                .put("leftAtMs", connection == null ? leftAtMs : 0)
                .put("nextSeq", nextSeq)
                .put("sentUpTo", connection == null ? sentUpTo : Long.MAX_VALUE)
                .put("filters", filters.json());
    }

    /**
     * As it was written down. One whose gateway died under it is away from now on.
     *
     * @param kept by seq
     */
    static Mailbox read(
            String deviceId,
            int messages,
            long bytesMax,
            JsonObject json,
            Map<Long, Letter> kept,
            long nowMs) {
        Mailbox box = new Mailbox(deviceId, messages, bytesMax);
        synchronized (box) {
            box.lifeMs = json.getLong("lifeMs");
            long left = json.getLong("leftAtMs");
            box.leftAtMs = left == 0 ? nowMs : left;
            box.sentUpTo = json.getLong("sentUpTo");
            box.filters.read(json.getJsonObject("filters"));
            box.nextSeq = json.getLong("nextSeq");
            kept.values().forEach(box::put);
            if (!kept.isEmpty()) {
                box.nextSeq = Math.max(box.nextSeq, box.letters.lastKey() + 1);
            }
            if (box.sentUpTo == Long.MAX_VALUE) {
                box.sentUpTo = box.nextSeq - 1;
            }
        }
        return box;
    }
}
