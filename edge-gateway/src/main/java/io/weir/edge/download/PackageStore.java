package io.weir.edge.download;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.weir.edge.link.CloudLink;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * Contents on the gateway's disk, each fetched once for all devices that want it. What is decided
 * is decided on one event loop, whatever thread asks; the disk is worked on elsewhere. Two contents
 * of the same size and digest are one.
 */
public final class PackageStore {
    private static final Logger LOG = LoggerFactory.getLogger(PackageStore.class);
    private static final int MOST_ASKERS = 64;
    private static final int DOUBLINGS = 16;

    private enum State {
        /** On the disk since before the start; its digest is looked at before it is sent. */
        UNCHECKED,
        CHECKING,
        /** Waits for its turn. */
        QUEUED,
        FETCHING,
        /** Waits until it is tried again. */
        PAUSED,
        WHOLE
    }

    private static final class Item {
        final Content content;
        final String name;
        final Set<String> askers = new LinkedHashSet<>();
        final List<Promise<Lease>> waiters = new ArrayList<>();
        State state;
        long wantedMs;
        int failures;
        int leases;
        @Nullable Future<FileChannel> open;

        Item(Content content, State state) {
            this.content = content;
            this.name = ContentFiles.name(content);
            this.state = state;
        }
    }

    private final Vertx vertx;
    private final Context context;
    private final DiskWork disk;
    private final ContentFiles files;
    private final CloudLink link;
    private final String gateway;
    private final DownloadsConfig config;
    private final Time time;
    private final Metrics metrics;
    private final Shelf shelf;
    private final Map<String, Item> items = new HashMap<>();
    private final Set<String> onDisk;
    private final Queue<Item> queue = new ArrayDeque<>();
    private int fetching;
    private volatile long bytes;

    /**
     * @param context whose event loop decides
     * @param found what lies in the folder, the one unused for longest first
     */
    PackageStore(
            Vertx vertx,
            Context context,
            DiskWork disk,
            ContentFiles files,
            List<ContentFiles.Found> found,
            CloudLink link,
            String gateway,
            DownloadsConfig config,
            Time time,
            Metrics metrics) {
        this.vertx = vertx;
        this.context = context;
        this.disk = disk;
        this.files = files;
        this.link = link;
        this.gateway = gateway;
        this.config = config;
        this.time = time;
        this.metrics = metrics;
        this.shelf = new Shelf(config.cacheBytes());
        this.onDisk = new LinkedHashSet<>();
        for (ContentFiles.Found f : found) {
            shelf.put(f.name(), f.size());
            if (f.whole()) {
                onDisk.add(f.name());
            }
        }
        bytes = shelf.bytes();
        metrics.registry().gauge("weir.download.cache.bytes", this, s -> s.bytes);
    }

    /** Fetches it, or goes on with that, in this device's name; nobody waits for it. */
    void begin(Content content, String deviceId) {
        context.runOnContext(v -> want(content, deviceId));
    }

    /**
     * The content, now or when it has come within {@link DownloadsConfig#patience}. Fails only with
     * Rejected: UNAVAILABLE when it has not come yet, FORBIDDEN when the cloud gives it in the name
     * of no device that wants it.
     */
    public Future<Lease> take(Content content, String deviceId) {
        Promise<Lease> promise = ((VertxInternal) vertx).promise();
        context.runOnContext(
                v -> {
                    Item item = want(content, deviceId);
                    if (item == null) {
                        promise.fail(coming("too many contents wait to be fetched"));
                    } else if (item.state == State.WHOLE) {
                        lend(item, promise);
                    } else {
                        item.waiters.add(promise);
                        vertx.setTimer(
                                Math.max(1, config.patience().toMillis()),
                                t -> {
                                    item.waiters.remove(promise);
                                    promise.tryFail(coming("the content is still coming"));
                                });
                    }
                });
        return promise.future();
    }

    /**
     * Some of its bytes, for those who don't send files.
     *
     * @param length the file ends no sooner
     */
    public Future<byte[]> read(Lease lease, long from, int length) {
        return disk.run(
                () -> {
                    var into = ByteBuffer.allocate(length);
                    while (into.hasRemaining()) {
                        if (lease.file().read(into, from + into.position()) < 0) {
                            throw new EOFException("the content is shorter than its size");
                        }
                    }
                    return into.array();
                });
    }

    /** Null when nothing more can wait. */
    private @Nullable Item want(Content content, String deviceId) {
        String name = ContentFiles.name(content);
        Item item = items.get(name);
        if (item == null) {
            boolean there = onDisk.remove(name);
            int turns = config.fetches() - fetching;
            if (!there && queue.size() >= config.waiting() + turns) {
                return null;
            }
            item = new Item(content, there ? State.UNCHECKED : State.QUEUED);
            items.put(name, item);
        }
        item.wantedMs = time.tick().ms();
        if (item.state != State.WHOLE && item.askers.size() < MOST_ASKERS) {
            item.askers.add(deviceId);
        }
        if (item.state == State.UNCHECKED) {
            check(item);
        } else if (item.state == State.QUEUED && !queue.contains(item)) {
            enqueue(item);
        }
        return item;
    }

    private void check(Item item) {
        item.state = State.CHECKING;
        shelf.hold(item.name);
        disk.run(() -> files.intact(item.content))
                .onComplete(
                        done -> {
                            shelf.free(item.name);
                            if (done.succeeded() && done.result()) {
                                whole(item);
                                return;
                            }
                            LOG.warn("{} in the cache is damaged and fetched anew", item.name);
                            count("spoiled");
                            evict(item.name);
                            enqueue(item);
                        });
    }

    private void enqueue(Item item) {
        items.put(item.name, item);
        item.state = State.QUEUED;
        queue.add(item);
        // Later: a future that has its result already calls back at once, and whoever asked for
        // this content has yet to say that it waits.
        context.runOnContext(v -> next());
    }

    private void next() {
        while (fetching < config.fetches() && !queue.isEmpty()) {
            fetch(queue.remove());
        }
    }

    private void fetch(Item item) {
        String asker = item.askers.iterator().next();
        if (!room(item)) {
            pause(item, "the cache has no room: all of it is being sent");
            return;
        }
        fetching++;
        item.state = State.FETCHING;
        shelf.put(item.name, item.content.size());
        shelf.hold(item.name);
        bytes = shelf.bytes();
        new Fetch(link, disk, files, item.content, gateway, asker, config.window())
                .run()
                .onComplete(
                        done -> {
                            fetching--;
                            shelf.free(item.name);
                            ended(item, asker, done.result());
                            next();
                        });
    }

    /** Lets the eldest go so that it fits; false when it can't. */
    private boolean room(Item item) {
        List<String> go = shelf.has(item.name) ? List.of() : shelf.room(item.content.size());
        if (go == null) {
            return false;
        }
        go.forEach(this::evict);
        return true;
    }

    private void evict(String name) {
        Item item = items.get(name);
        if (item != null && item.state == State.WHOLE) {
            items.remove(name);
        }
        onDisk.remove(name);
        shelf.remove(name);
        bytes = shelf.bytes();
        disk.inOrder(
                        () -> {
                            files.delete(name);
                            return name;
                        })
                .onFailure(e -> LOG.warn("{} can't be deleted: {}", name, e.toString()));
    }

    private void ended(Item item, String asker, Fetch.Result result) {
        count(result.end().name().toLowerCase(Locale.ROOT));
        switch (result.end()) {
            case WHOLE -> whole(item);
            case REFUSED -> refused(item, asker, result.cause());
            case DAMAGED -> {
                evict(item.name);
                pause(item, "what came is not what was offered");
            }
            case FAILED -> {
                if (result.cause() instanceof ContentFiles.NoRoom full) {
                    List<String> go = shelf.oldest(full.missing());
                    (go == null ? List.<String>of() : go).forEach(this::evict);
                }
                pause(item, String.valueOf(result.cause()));
            }
            default -> throw new IllegalStateException();
        }
    }

    private void whole(Item item) {
        item.state = State.WHOLE;
        item.failures = 0;
        item.askers.clear();
        List<Promise<Lease>> waiters = List.copyOf(item.waiters);
        item.waiters.clear();
        waiters.forEach(w -> lend(item, w));
    }

    /** In the name of another one, as long as there is one. */
    private void refused(Item item, String asker, @Nullable Throwable cause) {
        item.askers.remove(asker);
        LOG.info("{} is refused in the name of {}: {}", item.name, asker, String.valueOf(cause));
        if (!item.askers.isEmpty()) {
            enqueue(item);
            return;
        }
        items.remove(item.name);
        var refusal = new Rejected(CommonError.FORBIDDEN, "the cloud refuses this content");
        item.waiters.forEach(w -> w.tryFail(refusal));
        item.waiters.clear();
    }

    private void pause(Item item, String why) {
        item.state = State.PAUSED;
        long longest = config.retryMax().toMillis();
        long pause = config.retryMin().toMillis() << Math.min(item.failures, DOUBLINGS);
        item.failures++;
        LOG.info("{} is fetched again later: {}", item.name, why);
        vertx.setTimer(
                Math.min(longest, pause),
                t -> {
                    long waited = time.tick().ms() - item.wantedMs;
                    if (waited > config.keepTrying().toMillis() && item.waiters.isEmpty()) {
                        items.remove(item.name);
                    } else {
                        enqueue(item);
                    }
                });
    }

    private void lend(Item item, Promise<Lease> to) {
        if (item.leases++ == 0) {
            shelf.hold(item.name);
            var now = time.now();
            item.open = disk.run(() -> files.take(item.content, now));
        }
        Future<FileChannel> open = item.open;
        if (open == null) {
            throw new IllegalStateException(item.name + " is not open");
        }
        open.onSuccess(
                        file -> {
                            Runnable release = () -> context.runOnContext(v -> release(item));
                            var lease = new Lease(file, item.content.size(), release);
                            if (!to.tryComplete(lease)) {
                                lease.close();
                            }
                        })
                .onFailure(
                        e -> {
                            LOG.warn("{} can't be read: {}", item.name, e.toString());
                            to.tryFail(coming("the content can't be read"));
                            release(item);
                            if (item.leases == 0) {
                                evict(item.name);
                            }
                        });
    }

    private void release(Item item) {
        if (--item.leases > 0) {
            return;
        }
        Future<FileChannel> open = item.open;
        item.open = null;
        shelf.free(item.name);
        if (open != null && open.succeeded()) {
            try {
                // No work for the disk: the file was read only, and has its name still.
                open.result().close();
            } catch (IOException e) {
                LOG.warn("{} can't be closed: {}", item.name, e.toString());
            }
        }
    }

    private void count(String result) {
        metrics.registry().counter("weir.download.fetches", "result", result).increment();
    }

    private static Rejected coming(String why) {
        return new Rejected(CommonError.UNAVAILABLE, why);
    }
}
