package io.weir.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.weir.edge.guard.Guard;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What holds for every request: banned addresses, unknown paths, faults of our own. */
public final class Doorstep implements HttpPart {
    private static final int MALFORMED = 400;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int INTERNAL = 500;

    private final Guard guard;

    public Doorstep(Guard guard) {
        this.guard = guard;
    }

    @Override
    public void mount(Router router, Vertx vertx) {
        router.route()
                .order(-1)
                .handler(
                        c -> {
                            InetAddress peer = address(c.request());
                            if (peer == null || guard.banned(peer)) {
                                c.request().connection().close();
                            } else {
                                c.next();
                            }
                        });
        for (int status : new int[] {NOT_FOUND, NOT_ALLOWED}) {
            router.errorHandler(
                    status,
                    c -> HttpReply.code(c.response(), NOT_FOUND, HttpCode.FAILED, "no such path"));
        }
        router.errorHandler(
                MALFORMED,
                c -> HttpReply.code(c.response(), MALFORMED, HttpCode.BAD_PARAMETER, "malformed"));
        router.errorHandler(
                INTERNAL,
                c -> HttpReply.code(c.response(), INTERNAL, HttpCode.FAILED, "the gateway failed"));
    }

    /** Null when the peer is gone already. */
    static @Nullable InetAddress address(HttpServerRequest request) {
        String host =
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
        try {
            return host == null ? null : InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
