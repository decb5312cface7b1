package io.weir.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/** Devices that download a file, all at once and each on a connection of its own. */
final class Fetchers {
    private static final int BUFFER = 64 << 10;

    private Fetchers() {}

    /**
     * Returns when all have the whole file. Throws when one got something else.
     *
     * @param paths one for each device
     * @return bytes of bodies
     */
    static long all(String server, List<String> paths, long size) throws IOException {
        URI at = URI.create(server);
        LongAdder bytes = new LongAdder();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService devices = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String path : paths) {
                running.add(
                        devices.submit(
                                () -> {
                                    one(at, path, size, bytes);
                                    return path;
                                }));
            }
            for (Future<?> f : running) {
                f.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return bytes.sum();
    }

    private static void one(URI at, String path, long size, LongAdder bytes) throws IOException {
        try (Socket socket = new Socket(at.getHost(), at.getPort())) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: edge\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[BUFFER];
            int have = 0;
            int end = -1;
            while (end < 0) {
                int n = in.read(buffer, have, buffer.length - have);
                if (n < 0) {
                    throw new EOFException("closed before the headers ended");
                }
                have += n;
                end = new String(buffer, 0, have, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
            }
            String head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
            if (!head.startsWith("HTTP/1.1 200 ")) {
                throw new IOException(head);
            }
            long left = size - (have - end - 4);
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException(left + " bytes are missing");
                }
                left -= n;
            }
            bytes.add(size);
        }
    }
}
