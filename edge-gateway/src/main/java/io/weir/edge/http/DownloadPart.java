package io.weir.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.edge.download.DownloadDesk;
import io.weir.edge.download.DownloadTokens;
import io.weir.edge.download.DownloadTokens.Verdict;
import io.weir.edge.download.DownloadsConfig;
import io.weir.edge.download.Lease;
import io.weir.edge.download.PackageStore;
import io.weir.edge.download.Right;
import io.weir.edge.guard.Ban;
import io.weir.edge.guard.Guard;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code GET} and {@code HEAD /download/<token>}: what a device was offered, whole (200) or from
 * where it left off (206, 416). 403 without right; 503 with {@code Retry-After} while the content
 * is still coming or too many download. Never chunked, and {@code Content-Length} spelled so
 * (facts: alink.md section 0, point 3, and section 7).
 */
public final class DownloadPart implements HttpPart {
    private static final int FORBIDDEN = 403;
    private static final int NOT_NOW = 503;
    private static final String AGAIN_SECONDS = "5";

    private final DownloadDesk desk;
    private final Guard guard;
    private final Time time;
    private final Metrics metrics;
    private final AtomicInteger all = new AtomicInteger();
    private final Map<String, Integer> ofDevices = new ConcurrentHashMap<>();

    public DownloadPart(DownloadDesk desk, Guard guard, Time time, Metrics metrics) {
        this.desk = desk;
        this.guard = guard;
        this.time = time;
        this.metrics = metrics;
        metrics.registry().gauge("weir.download.active", all);
    }

    @Override
    public void mount(Router router, Vertx vertx) {
        router.route(DownloadDesk.PATH + ":token")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(c -> download(c, vertx));
    }

    private void download(RoutingContext c, Vertx vertx) {
        if (!desk.ready()) {
            notNow(c.response(), "starting", "the gateway is starting");
            return;
        }
        DownloadTokens.Checked checked = desk.right(c.pathParam("token"));
        Right right = checked.right();
        if (right == null || guard.banned(Ban.Kind.DEVICE, right.deviceId()) != null) {
            boolean expired = checked.verdict() == Verdict.EXPIRED;
            forbid(c.response(), expired ? "expired" : "forbidden");
            return;
        }
        if (c.request().method() == HttpMethod.HEAD) {
            head(c.request(), right);
            return;
        }
        PackageStore store = desk.store();
        DownloadsConfig config = desk.config();
        if (!enter(right.deviceId(), config)) {
            notNow(c.response(), "busy", "too many downloads");
            return;
        }
        get(c.request(), right, store, config.stall().toMillis(), vertx);
    }

    private void get(
            HttpServerRequest request, Right right, PackageStore store, long stallMs, Vertx vertx) {
        store.take(right.content(), right.deviceId())
                .onSuccess(lease -> send(request, right, lease, stallMs, vertx))
                .onFailure(
                        e -> {
                            leave(right.deviceId());
                            if (e instanceof Rejected r && r.is(CommonError.FORBIDDEN)) {
                                forbid(request.response(), "refused");
                            } else {
                                notNow(request.response(), "coming", "the content is still coming");
                            }
                        });
    }

    private void send(
            HttpServerRequest request, Right right, Lease lease, long stallMs, Vertx vertx) {
        HttpServerResponse response = request.response();
        ByteRange range = range(request, right);
        boolean gone = response.closed() || response.ended();
        if (gone || range.status() == ByteRange.OUTSIDE) {
            lease.close();
            leave(right.deviceId());
            if (gone) {
                count("gone");
            } else {
                outside(response, right);
            }
            return;
        }
        headers(response, right, range);
        var connection = (VertxConnection) request.connection();
        new Sending(
                        vertx,
                        connection,
                        response,
                        lease.file(),
                        range,
                        stallMs,
                        time,
                        end -> {
                            lease.close();
                            leave(right.deviceId());
                            count(end.name().toLowerCase(Locale.ROOT));
                        })
                .start();
    }

    private void head(HttpServerRequest request, Right right) {
        ByteRange range = range(request, right);
        if (range.status() == ByteRange.OUTSIDE) {
            outside(request.response(), right);
            return;
        }
        headers(request.response(), right, range);
        count("head");
        request.response().end();
    }

    /** What changed since the device began is asked for whole: but here nothing ever changes. */
    private static ByteRange range(HttpServerRequest request, Right right) {
        String ifRange = request.getHeader("If-Range");
        boolean other = ifRange != null && !ifRange.equals(tag(right));
        return ByteRange.of(other ? null : request.getHeader("Range"), right.content().size());
    }

    private static void headers(HttpServerResponse response, Right right, ByteRange range) {
        response.setStatusCode(range.status())
                .putHeader("Content-Type", "application/octet-stream")
                .putHeader("Content-Length", String.valueOf(range.length()))
                .putHeader("Accept-Ranges", "bytes")
                .putHeader("ETag", tag(right));
        if (range.status() == ByteRange.PART) {
            response.putHeader(
                    "Content-Range",
                    "bytes "
                            + range.from()
                            + "-"
                            + (range.from() + range.length() - 1)
                            + "/"
                            + right.content().size());
        }
    }

    private void outside(HttpServerResponse response, Right right) {
        count("outside");
        response.putHeader("Content-Range", "bytes */" + right.content().size());
        HttpReply.code(
                response, ByteRange.OUTSIDE, HttpCode.BAD_PARAMETER, "the content ends before it");
    }

    private static String tag(Right right) {
        return "\"" + right.content().sha256() + "\"";
    }

    private void forbid(HttpServerResponse response, String why) {
        count(why);
        HttpReply.code(response, FORBIDDEN, HttpCode.AUTH_FAILED, "no right to this download");
    }

    private void notNow(HttpServerResponse response, String why, String message) {
        count(why);
        if (!response.closed() && !response.headWritten()) {
            response.putHeader("Retry-After", AGAIN_SECONDS);
        }
        HttpReply.code(response, NOT_NOW, HttpCode.TOO_MANY, message);
    }

    private boolean enter(String deviceId, DownloadsConfig config) {
        boolean room = all.incrementAndGet() <= config.atOnce();
        if (room && ofDevices.merge(deviceId, 1, Integer::sum) <= config.perDevice()) {
            return true;
        }
        if (room) {
            leave(deviceId);
        } else {
            all.decrementAndGet();
        }
        return false;
    }

    private void leave(String deviceId) {
        all.decrementAndGet();
        ofDevices.computeIfPresent(deviceId, (d, n) -> n == 1 ? null : n - 1);
    }

    private void count(String result) {
        metrics.registry().counter("weir.download.requests", "result", result).increment();
    }
}
