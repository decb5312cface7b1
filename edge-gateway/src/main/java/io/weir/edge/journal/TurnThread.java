package io.weir.edge.journal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A thread that does what there is to do, turn by turn. Woken from rest it turns at once; under
 * load it pauses after each turn, so that the next finds more to do and nobody waits much longer.
 */
public final class TurnThread {
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final BooleanSupplier turn;
    private final BooleanSupplier waiting;
    private final long pauseNs;
    private final Thread thread;
    private volatile boolean resting;
    private volatile boolean look;
    private volatile boolean stopping;

    /**
     * @param turn true when it did something
     * @param waiting is there something to do? Asked before resting
     * @param pause after a turn that did something
     */
    public TurnThread(String name, BooleanSupplier turn, BooleanSupplier waiting, Duration pause) {
        this.turn = turn;
        this.waiting = waiting;
        this.pauseNs = pause.toNanos();
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /**
     * What {@code waiting} looks at has changed. Nearly free while the thread is awake; needs a
     * full fence between the change and this call.
     */
    public void wake() {
        if (resting) {
            resting = false;
            LockSupport.unpark(thread);
        }
    }

    /** There is something to look at that {@code waiting} does not know of. */
    public void look() {
        look = true;
        wake();
    }

    /** Returns when the turn is done and nothing is waiting, at once when it never started. */
    public void stop() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits a while inside a turn; ended by {@link #stop}. */
    public void pause(Duration time) {
        park(time.toNanos());
    }

    public boolean stopping() {
        return stopping;
    }

    private void run() {
        do {
            look = false;
            if (turn.getAsBoolean()) {
                park(pauseNs);
            } else if (!stopping) {
                rest();
            }
        } while (!stopping || waiting.getAsBoolean());
    }

    /** Now and then it returns at once; that only makes a turn smaller. */
    private void park(long ns) {
        if (ns > 0 && !stopping) {
            LockSupport.parkNanos(this, ns);
        }
    }

    private void rest() {
        resting = true;
        if (!waiting.getAsBoolean() && !look && !stopping) {
            LockSupport.parkNanos(this, REST_NS);
        }
        resting = false;
    }
}
