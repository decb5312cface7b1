package io.weir.edge.download;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.weir.api.download.DownloadApi;
import io.weir.api.download.DownloadApi.Block;
import io.weir.api.download.DownloadApi.GetBlock;
import io.weir.edge.link.CloudLink;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One try to fetch a content in the name of one device: blocks come in any order, a few at a time,
 * and are written in theirs. What was written before a failure is there for the next try. All of it
 * on the store's event loop but for the disk.
 */
final class Fetch {
    /** How a try ended. */
    enum End {
        WHOLE,
        /** The cloud gives it not in this device's name. */
        REFUSED,
        /** It was not what it is said to be, and was thrown away. */
        DAMAGED,
        /** Cloud or disk failed; to be tried again. */
        FAILED
    }

    /**
     * @param cause null when it did not fail
     */
    record Result(End end, @Nullable Throwable cause) {}

    private final CloudLink link;
    private final DiskWork disk;
    private final ContentFiles files;
    private final Content content;
    private final GetBlock first;
    private final int window;
    private final Promise<Result> promise = Promise.promise();
    private final Map<Long, byte[]> arrived = new TreeMap<>();
    private ContentFiles.@Nullable Part part;
    private long next;
    private long written;
    private int asked;
    private boolean writing;
    private boolean over;
    private @Nullable Result failed;

    /**
     * @param gateway this gateway's name
     * @param asker the device in whose name it is fetched
     * @param window blocks on their way or waiting for the disk, at most
     */
    Fetch(
            CloudLink link,
            DiskWork disk,
            ContentFiles files,
            Content content,
            String gateway,
            String asker,
            int window) {
        this.link = link;
        this.disk = disk;
        this.files = files;
        this.content = content;
        this.first = new GetBlock(gateway, asker, content.id(), 0);
        this.window = window;
    }

    /** Never fails. */
    Future<Result> run() {
        // In order with what was deleted before: it may have been this very part.
        disk.inOrder(() -> files.open(content, DownloadApi.BLOCK_BYTES))
                .onSuccess(
                        opened -> {
                            part = opened;
                            next = opened.from();
                            written = opened.from();
                            go();
                        })
                .onFailure(e -> promise.complete(new Result(End.FAILED, e)));
        return promise.future();
    }

    private void go() {
        if (failed == null) {
            write();
        }
        // An answer may come at once, and ends up here again.
        while (failed == null
                && next < content.size()
                && next - written < (long) window * DownloadApi.BLOCK_BYTES) {
            long offset = next;
            next += DownloadApi.BLOCK_BYTES;
            ask(offset);
        }
        if (asked > 0 || writing || over) {
            return;
        }
        Result failure = failed;
        if (failure != null) {
            close(failure);
        } else if (written >= content.size()) {
            finish();
        }
    }

    private void ask(long offset) {
        asked++;
        var question = new GetBlock(first.gateway(), first.deviceId(), first.contentId(), offset);
        link.call(content.source().block(), question)
                .onComplete(
                        answer -> {
                            asked--;
                            if (answer.failed()) {
                                fail(answer.cause());
                            } else {
                                arrived(offset, answer.result());
                            }
                            go();
                        });
    }

    private void arrived(long offset, Block block) {
        long due = Math.min(DownloadApi.BLOCK_BYTES, content.size() - offset);
        if (block.bytes().length == due) {
            arrived.put(offset, block.bytes());
        } else if (failed == null) {
            // Another content than the one that was offered: nothing of it is of use.
            failed = new Result(End.DAMAGED, null);
        }
    }

    private void fail(Throwable cause) {
        if (failed != null) {
            return;
        }
        boolean refused =
                cause instanceof Rejected r
                        && (r.is(CommonError.FORBIDDEN) || r.is(CommonError.NOT_FOUND));
        failed = new Result(refused ? End.REFUSED : End.FAILED, cause);
    }

    private void write() {
        ContentFiles.Part into = part;
        if (writing || into == null) {
            return;
        }
        List<byte[]> blocks = new ArrayList<>();
        long to = written;
        for (byte[] b = arrived.remove(to); b != null; b = arrived.remove(to)) {
            blocks.add(b);
            to += b.length;
        }
        if (blocks.isEmpty()) {
            return;
        }
        writing = true;
        long reached = to;
        disk.run(
                        () -> {
                            into.append(blocks);
                            return reached;
                        })
                .onComplete(
                        done -> {
                            writing = false;
                            if (done.succeeded()) {
                                written = done.result();
                            } else {
                                fail(done.cause());
                            }
                            go();
                        });
    }

    private void finish() {
        ContentFiles.Part whole = part;
        if (whole == null) {
            return;
        }
        over = true;
        disk.run(() -> whole.finish(content))
                .onSuccess(
                        right ->
                                promise.complete(new Result(right ? End.WHOLE : End.DAMAGED, null)))
                .onFailure(e -> close(new Result(End.FAILED, e)));
    }

    private void close(Result result) {
        over = true;
        ContentFiles.Part open = part;
        if (open == null) {
            promise.complete(result);
            return;
        }
        part = null;
        disk.inOrder(
                        () -> {
                            open.close();
                            if (result.end() == End.DAMAGED) {
                                files.delete(ContentFiles.name(content));
                            }
                            return result;
                        })
                .onComplete(done -> promise.complete(result));
    }
}
