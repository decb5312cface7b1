package io.weir.edge.http;

import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.VertxConnection;
import io.weir.runtime.time.Time;

import java.nio.channels.FileChannel;
import java.util.function.Consumer;

/**
 * Sends a part of a file by the kernel's sendfile, piece by piece, on the connection's event loop.
 * Vert.x's own {@code sendFile} hands over a megabyte at a time and can't tell a device that takes
 * 10 KB a second from one that takes nothing: the idle timeout would cut both. Here a piece is as
 * large as the device is quick, and one that does not go out in time ends the connection.
 */
final class Sending {
    private static final int LEAST = 16 << 10;
    private static final int MOST = 256 << 10;
    private static final int FIRST = 64 << 10;

    /**
     * The kernel says that a socket takes more when a third of its buffer is free. One that grew to
     * megabytes says so to a slow device after minutes, in which it looks as if it took nothing.
     */
    private static final int SOCKET = 128 << 10;

    private static final int LOOKS = 4;
    private static final long QUICK_MS = 50;
    private static final long SLOW_MS = 1000;

    /** How it ended. */
    enum End {
        SENT,
        /** Cut: nothing was taken for too long. */
        STALLED,
        /** The device went away. */
        GONE
    }

    private final Vertx vertx;
    private final VertxConnection connection;
    private final HttpServerResponse response;
    private final FileChannel file;
    private final long end;
    private final long stallMs;
    private final Time time;
    private final Consumer<End> then;
    private long at;
    private long seen;
    private int looks;
    private long watch;
    private long piece = FIRST;
    private boolean over;

    /**
     * @param stallMs what goes without a byte for so long is cut
     * @param then hears once how it ended
     */
    Sending(
            Vertx vertx,
            VertxConnection connection,
            HttpServerResponse response,
            FileChannel file,
            ByteRange range,
            long stallMs,
            Time time,
            Consumer<End> then) {
        this.vertx = vertx;
        this.connection = connection;
        this.response = response;
        this.file = file;
        this.at = range.from();
        this.seen = at;
        this.end = range.from() + range.length();
        this.stallMs = stallMs;
        this.time = time;
        this.then = then;
    }

    /** Headers are set, none is sent. */
    void start() {
        connection.channel().config().setOption(ChannelOption.SO_SNDBUF, SOCKET);
        response.writeHead();
        watch = vertx.setPeriodic(Math.max(1, stallMs / LOOKS), t -> look());
        next();
    }

    private void next() {
        if (at >= end) {
            response.end();
            over(End.SENT);
            return;
        }
        long length = Math.min(piece, end - at);
        long sinceMs = time.tick().ms();
        connection
                .sendFile(file, at, length)
                .addListener(
                        (Future<? super Void> done) ->
                                sent(done.isSuccess(), length, time.tick().ms() - sinceMs));
    }

    private void look() {
        if (at > seen) {
            seen = at;
            looks = 0;
        } else if (++looks >= LOOKS) {
            over(End.STALLED);
            connection.close();
        }
    }

    private void sent(boolean fine, long length, long tookMs) {
        if (over) {
            return;
        }
        if (!fine) {
            over(End.GONE);
            return;
        }
        at += length;
        if (tookMs < QUICK_MS) {
            piece = Math.min(MOST, 2 * piece);
        } else if (tookMs >= SLOW_MS) {
            piece = Math.max(LEAST, piece / 2);
        }
        next();
    }

    private void over(End how) {
        if (!over) {
            over = true;
            vertx.cancelTimer(watch);
            then.accept(how);
        }
    }
}
