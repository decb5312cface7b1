package io.weir.runtime.script;

import com.sun.management.ThreadMXBean;

import io.weir.runtime.time.SystemTime;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at every running script again and again, and cancels what has run too long or allocated too
 * much. Asleep while no script has run for a moment.
 */
final class Watchdog implements AutoCloseable {
    static final Duration EVERY = Duration.ofMillis(2);
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final int IDLE_ROUNDS = 50;

    /** A run whose thread gets no processor is not the script's fault, but it ends some time. */
    private static final int PATIENCE = 20;

    private static final long NANOS_PER_MS = 1_000_000;

    private final ThreadMXBean threads =
            (ThreadMXBean) ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final Time time = new SystemTime();
    private final Set<Run> runs = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    Watchdog() {
        this.thread = Thread.ofPlatform().name("script-watchdog").daemon().start(this::watch);
    }

    /** The context whose runs are watched from now on; {@link Run#begin} before each. */
    Run watch(Runnable cancel) {
        var run = new Run(cancel);
        runs.add(run);
        return run;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        int idle = 0;
        while (!closed) {
            boolean busy = false;
            for (Run run : runs) {
                busy |= run.look();
            }
            idle = busy ? 0 : idle + 1;
            if (idle < IDLE_ROUNDS) {
                LockSupport.parkNanos(EVERY.toNanos());
                continue;
            }
            asleep = true;
            // A run that began meanwhile may not have seen that nobody watches.
            if (runs.stream().noneMatch(r -> r.running)) {
                LockSupport.park(this);
            }
            asleep = false;
            idle = 0;
        }
    }

    /** One context's runs, one after the other. */
    final class Run {
        private final Runnable cancel;
        private volatile boolean running;
        private boolean stopped;
        private boolean seen;
        private long threadId;
        private long limitNanos;
        private long limitBytes;
        private long startMs;
        private long seenCpu;
        private long startBytes;

        private Run(Runnable cancel) {
            this.cancel = cancel;
        }

        /**
         * On the thread that is about to run the script: a platform thread.
         *
         * @param limit of processor time
         * @param bytes that it may allocate
         */
        void begin(Duration limit, long bytes) {
            synchronized (this) {
                seen = false;
                limitNanos = limit.toNanos();
                limitBytes = bytes;
                threadId = Thread.currentThread().threadId();
                startBytes = threads.getCurrentThreadAllocatedBytes();
                startMs = time.tick().ms();
                running = true;
            }
            if (asleep) {
                LockSupport.unpark(thread);
            }
        }

        /** How much the run allocated. */
        synchronized long end() {
            running = false;
            return threads.getCurrentThreadAllocatedBytes() - startBytes;
        }

        /** It was stopped from here; its context is of no more use. */
        synchronized boolean stopped() {
            return stopped;
        }

        void forget() {
            runs.remove(this);
        }

        /** True while the script runs. */
        private boolean look() {
            if (!running) {
                return false;
            }
            synchronized (this) {
                if (!running || stopped || !over()) {
                    return running;
                }
                stopped = true;
            }
            // It waits until the script is out, which may take long inside one call of a builtin.
            Thread.ofVirtual()
                    .name("script-cancel")
                    .start(
                            () -> {
                                try {
                                    cancel.run();
                                } catch (Exception e) {
                                    LOG.warn("a script was not cancelled: {}", e.toString());
                                }
                            });
            return true;
        }

        /** Its processor time counts from the first look: asking for it in each run costs more. */
        private boolean over() {
            long cpu = threads.getThreadCpuTime(threadId);
            if (!seen) {
                seen = true;
                seenCpu = cpu;
            }
            return cpu - seenCpu >= limitNanos
                    || time.tick().ms() - startMs >= PATIENCE * limitNanos / NANOS_PER_MS
                    || threads.getThreadAllocatedBytes(threadId) - startBytes >= limitBytes;
        }
    }
}
