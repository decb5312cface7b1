package io.weir.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * Readers of an HTTP API, each on one connection that stays. Without a rate the next request
 * follows the last answer; with one, requests are due at fixed times whichever connection is free,
 * and count from when they were due (no coordinated omission).
 */
final class ReadLoad implements AutoCloseable {
    private static final String END = "\r\n\r\n";
    private static final String LENGTH = "content-length: ";

    /**
     * @param at nanoseconds at which the answer came
     * @param took nanoseconds since it was due
     */
    private record Answer(long at, long took) {}

    private final LongAdder answered = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicLong next = new AtomicLong();
    private final List<Socket> sockets = new ArrayList<>();
    private final long start = System.nanoTime();
    private final double perSecond;
    private volatile boolean closing;

    /**
     * @param perSecond of all together; 0 = as fast as answers come
     * @param paths the path of each request by its number
     */
    ReadLoad(
            String server,
            String token,
            int connections,
            double perSecond,
            IntFunction<String> paths)
            throws IOException {
        this.perSecond = perSecond;
        URI at = URI.create(server);
        for (int i = 0; i < connections; i++) {
            Socket socket = new Socket(at.getHost(), at.getPort());
            socket.setTcpNoDelay(true);
            sockets.add(socket);
            Thread.ofVirtual().name("bench-read").start(() -> run(socket, token, paths));
        }
    }

    long answered() {
        return answered.sum();
    }

    /** Answered with something else than 200, or not at all. */
    long refused() {
        return refused.sum();
    }

    /** Forgets what was measured so far. */
    void begin() {
        answers.clear();
    }

    /** In milliseconds, of all answers since {@link #begin}. */
    double percentile(double share) {
        long[] sorted = answers.stream().mapToLong(Answer::took).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
    }

    private void run(Socket socket, String token, IntFunction<String> paths) {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!closing) {
                long number = next.getAndIncrement();
                long due = due(number);
                byte[] request =
                        ("GET "
                                        + paths.apply((int) number)
                                        + " HTTP/1.1\r\nHost: weir\r\nAuthorization: Bearer "
                                        + token
                                        + END)
                                .getBytes(StandardCharsets.UTF_8);
                socket.getOutputStream().write(request);
                boolean fine = read(in).startsWith("HTTP/1.1 200");
                long now = System.nanoTime();
                (fine ? answered : refused).increment();
                answers.add(new Answer(now, now - due));
            }
        } catch (IOException e) {
            if (!closing) {
                refused.increment();
            }
        }
    }

    private long due(long number) {
        if (perSecond == 0) {
            return System.nanoTime();
        }
        long due = start + (long) (number / perSecond * 1e9);
        for (long left; (left = due - System.nanoTime()) > 0; ) {
            LockSupport.parkNanos(left);
        }
        return due;
    }

    /** The head of the next answer; its body is read and forgotten. */
    private static String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder(512);
        while (head.indexOf(END, Math.max(0, head.length() - END.length())) < 0) {
            int one = in.read();
            if (one < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) one);
        }
        String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
        int at = lower.indexOf(LENGTH) + LENGTH.length();
        in.skipNBytes(Integer.parseInt(lower.substring(at, lower.indexOf("\r\n", at)).trim()));
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        closing = true;
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
