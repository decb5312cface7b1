package io.weir.cloud.ota;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.weir.api.ota.PackageOps;
import io.weir.api.ota.PackageOps.DropUpload;
import io.weir.api.ota.PackageOps.EndUpload;
import io.weir.api.ota.PackageOps.PutPiece;
import io.weir.cloud.http.Answer;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One content on its way in; on its request's event loop, which digests a piece in about a
 * millisecond. Reads on only when a piece is stored.
 */
final class Upload {
    private final Bus bus;
    private final RoutingContext context;
    private final HttpServerRequest request;
    private final Call call;
    private final String packageId;
    private final String uploadId;
    private final long size;
    private final MessageDigest md5 = digest("MD5");
    private final MessageDigest sha256 = digest("SHA-256");
    private Buffer waiting = Buffer.buffer();
    private long stored;
    private boolean storing;
    private boolean ended;
    private boolean over;

    /**
     * @param size what the client says will come
     */
    Upload(
            Bus bus,
            RoutingContext context,
            Call call,
            String packageId,
            String uploadId,
            long size) {
        this.bus = bus;
        this.context = context;
        this.request = context.request();
        this.call = call;
        this.packageId = packageId;
        this.uploadId = uploadId;
        this.size = size;
    }

    /** Nobody reads what still comes: the connection ends with the answer. */
    static void refuse(RoutingContext context, Throwable why) {
        context.response().putHeader("Connection", "close");
        context.fail(why);
        context.request().resume();
    }

    void start() {
        request.handler(
                        bytes -> {
                            waiting.appendBuffer(bytes);
                            goOn();
                        })
                .endHandler(
                        v -> {
                            ended = true;
                            goOn();
                        })
                .exceptionHandler(this::cutOff);
        context.response().closeHandler(v -> cutOff(new IllegalStateException("closed")));
        request.resume();
    }

    private void goOn() {
        if (storing || over) {
            return;
        }
        if (waiting.length() >= PackageOps.PIECE_BYTES || (ended && waiting.length() > 0)) {
            store(waiting.getBytes(0, Math.min(waiting.length(), PackageOps.PIECE_BYTES)));
        } else if (ended) {
            end();
        } else {
            request.resume();
        }
    }

    private void store(byte[] piece) {
        storing = true;
        request.pause();
        waiting = waiting.getBuffer(piece.length, waiting.length());
        md5.update(piece);
        sha256.update(piece);
        bus.call(PackageOps.PIECE, new PutPiece(packageId, uploadId, stored, piece), call)
                .onFailure(this::failed)
                .onSuccess(
                        done -> {
                            storing = false;
                            stored += piece.length;
                            goOn();
                        });
    }

    private void end() {
        over = true;
        HexFormat hex = HexFormat.of();
        var whole =
                new EndUpload(
                        packageId,
                        uploadId,
                        size,
                        hex.formatHex(md5.digest()),
                        hex.formatHex(sha256.digest()));
        bus.call(PackageOps.END, whole, call)
                .onFailure(context::fail)
                .onSuccess(stored -> Answer.of(201, stored).send(context));
    }

    private void failed(Throwable why) {
        if (!over) {
            over = true;
            refuse(context, why);
        }
    }

    private void cutOff(Throwable why) {
        if (!over) {
            over = true;
            // Lost on the way, it is what the upkeep drops.
            var unused = bus.call(PackageOps.DROP, new DropUpload(packageId, uploadId), call);
        }
    }

    private static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has both
        }
    }
}
