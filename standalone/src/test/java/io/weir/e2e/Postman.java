package io.weir.e2e;

import java.time.Duration;
import java.util.List;

/** Lets every poster post at a steady pace, and connect anew when its connection broke. */
final class Postman implements AutoCloseable {
    private static final int TICKS_A_SECOND = 5;
    private static final int MOST_IN_FLIGHT = 400;

    private final List<Thread> threads;
    private volatile boolean running = true;

    /**
     * @param pace posts a second, of each
     */
    Postman(List<Poster> posters, int pace) {
        threads =
                posters.stream()
                        .map(poster -> Thread.ofVirtual().start(() -> post(poster, pace)))
                        .toList();
    }

    private void post(Poster poster, int pace) {
        while (running) {
            if (!poster.connected()) {
                poster.reconnect(Duration.ofMinutes(2));
            } else if (poster.inFlight() < MOST_IN_FLIGHT) {
                poster.post(pace / TICKS_A_SECOND);
            }
            Wait.pause(1000 / TICKS_A_SECOND);
        }
    }

    @Override
    public void close() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
