package io.weir.edge.ingest.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;

import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;

/**
 * Persistent sessions on the gateway's disk (ADR 016). One thread writes: what gathers while it
 * syncs goes into the next sync. A full queue refuses.
 */
final class SessionDisk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionDisk.class);
    private static final int QUEUE = 4096;
    private static final String BETWEEN = " ";

    private record Change(Consumer<SessionDisk> what, Promise<Void> done) {}

    private final VertxInternal vertx;
    private final MVStore store;
    private final MVMap<String, byte[]> sessions;
    private final MVMap<String, byte[]> letters;
    private final ArrayBlockingQueue<Change> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Thread writer;
    private volatile boolean closing;

    SessionDisk(VertxInternal vertx, Path folder) {
        this.vertx = vertx;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store =
                new MVStore.Builder()
                        .fileName(folder.resolve("sessions.mv").toString())
                        .autoCommitDisabled()
                        .open();
        sessions = store.openMap("sessions");
        letters = store.openMap("letters");
        writer = Thread.ofPlatform().name("weir-mqtt-sessions").daemon().start(this::run);
    }

    /** Every session, and its letters by seq. Before anything is written. */
    void load(java.util.function.BiConsumer<Map.Entry<String, byte[]>, Map<Long, Letter>> to) {
        for (Map.Entry<String, byte[]> session : sessions.entrySet()) {
            Map<Long, Letter> mine = new TreeMap<>();
            String prefix = session.getKey() + BETWEEN;
            var keys = letters.keyIterator(prefix);
            while (keys.hasNext()) {
                String key = keys.next();
                if (!key.startsWith(prefix)) {
                    break;
                }
                long seq = Long.parseLong(key.substring(prefix.length()), 16);
                byte[] bytes = letters.get(key);
                if (bytes != null) {
                    mine.put(seq, Letter.read(seq, bytes));
                }
            }
            to.accept(session, mine);
        }
    }

    /**
     * Completes when it is on the disk; fails when the queue is full or the disk does not take it.
     */
    Future<Void> letter(String deviceId, Letter letter) {
        byte[] bytes = letter.bytes();
        return change(d -> d.letters.put(key(deviceId, letter.seq()), bytes));
    }

    /** Struck out; should that get lost the device gets it once more, which QoS 1 allows. */
    void strike(String deviceId, Letter letter) {
        change(d -> d.letters.remove(key(deviceId, letter.seq())));
    }

    Future<Void> session(String deviceId, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return change(d -> d.sessions.put(deviceId, bytes));
    }

    /** The session and all its letters. */
    void drop(String deviceId) {
        change(
                d -> {
                    d.sessions.remove(deviceId);
                    String prefix = deviceId + BETWEEN;
                    List<String> old = new ArrayList<>();
                    var keys = d.letters.keyIterator(prefix);
                    while (keys.hasNext()) {
                        String key = keys.next();
                        if (!key.startsWith(prefix)) {
                            break;
                        }
                        old.add(key);
                    }
                    old.forEach(d.letters::remove);
                });
    }

    private Future<Void> change(Consumer<SessionDisk> what) {
        Promise<Void> done = vertx.promise();
        if (closing || !queue.offer(new Change(what, done))) {
            done.fail("the disk of the sessions is behind");
        }
        return done.future();
    }

    private void run() {
        List<Change> batch = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            try {
                Change first = queue.poll(100, java.util.concurrent.TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                queue.drainTo(batch);
                write(batch);
            } catch (InterruptedException e) {
                closing = true;
            }
            batch.clear();
        }
    }

    private void write(List<Change> batch) {
        try {
            batch.forEach(c -> c.what.accept(this));
            store.commit();
            store.sync();
        } catch (RuntimeException e) {
            LOG.error("sessions could not be written", e);
            batch.forEach(c -> c.done.tryFail(e));
            return;
        }
        batch.forEach(c -> c.done.tryComplete());
    }

    @Override
    public void close() {
        closing = true;
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }

    private static String key(String deviceId, long seq) {
        return "%s%s%016x".formatted(deviceId, BETWEEN, seq);
    }
}
