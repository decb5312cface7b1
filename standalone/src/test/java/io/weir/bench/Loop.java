package io.weir.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * One thread with a selector for any number of sockets: the load must leave the two cores to what
 * is measured.
 */
final class Loop implements AutoCloseable {
    /** What a socket of this loop does when it can connect, read or write. */
    interface Socket {
        void ready(int operations);
    }

    private record Timer(long at, long order, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final long ANSWER_SECONDS = 60;

    final Selector selector;

    /** Shared by all sockets of this loop: used within one call, never kept. */
    final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);

    final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final List<LongConsumer> ticks = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closing;
    private long timersMade;

    Loop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    /** On the loop's thread, soon. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** What the task answers on the loop's thread. */
    <T> T call(Supplier<T> task) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(
                () -> {
                    try {
                        answer.complete(task.get());
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                });
        return answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }

    /** On the loop's thread, from there only. */
    void after(long ms, Runnable task) {
        timers.add(new Timer(System.nanoTime() + ms * 1_000_000, timersMade++, task));
    }

    /** Called at least once a millisecond with the time, from the loop's thread. */
    void each(LongConsumer tick) {
        execute(() -> ticks.add(tick));
    }

    void no(LongConsumer tick) {
        execute(() -> ticks.remove(tick));
    }

    private void run() {
        try {
            while (!closing) {
                selector.select(this::ready, ticks.isEmpty() ? pause() : 1);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                long now = System.nanoTime();
                while (!timers.isEmpty() && timers.peek().at() <= now) {
                    timers.poll().task().run();
                }
                for (LongConsumer tick : List.copyOf(ticks)) {
                    tick.accept(now);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long pause() {
        return timers.isEmpty()
                ? 100
                : Math.clamp((timers.peek().at() - System.nanoTime()) / 1_000_000, 1, 100);
    }

    private void ready(SelectionKey key) {
        if (key.isValid()) {
            ((Socket) key.attachment()).ready(key.readyOps());
        }
    }

    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join(5000);
            selector.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
