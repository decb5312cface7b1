package io.weir.cloud.http;

import io.vertx.ext.web.RoutingContext;

import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The request's id, taken from {@code X-Request-Id} when it is a sane one, else made; sent back and
 * logged.
 */
public final class RequestIds {
    private static final String HEADER = "X-Request-Id";
    private static final String KEY = "weir.request-id";
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestIds() {}

    static void set(RoutingContext context) {
        String given = context.request().getHeader(HEADER);
        String id =
                given != null && SANE.matcher(given).matches()
                        ? given
                        : UUID.randomUUID().toString();
        context.put(KEY, id);
        context.response().putHeader(HEADER, id);
        context.next();
    }

    public static String of(RoutingContext context) {
        return context.get(KEY, "none");
    }
}
