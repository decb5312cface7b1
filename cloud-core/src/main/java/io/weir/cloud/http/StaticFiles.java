package io.weir.cloud.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.model.problem.Rejected;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Pages and their parts from the class path: {@code /d/{device_id}} is {@code web/scan/index.html},
 * {@code /register} is {@code web/register/index.html}, where referral codes lead, {@code
 * /console/} is {@code web/console/index.html}, {@code /web/x} is {@code web/x}, {@code /docs} the
 * rendered contract, {@code /webjars/..} the two libraries we carry. Nothing comes from elsewhere:
 * the content security policy allows only this origin and no inline script.
 */
final class StaticFiles {
    static final String STRICT =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none';"
                    + " form-action 'self'; frame-ancestors 'none'";
    // Swagger UI writes style attributes; scripts stay strict.
    private static final String DOCS =
            STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
    private static final Pattern SAFE =
            Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*");
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "json", "application/json",
                    "svg", "image/svg+xml",
                    "png", "image/png",
                    "ico", "image/x-icon",
                    "woff2", "font/woff2",
                    "webmanifest", "application/manifest+json");

    /** A file read once. */
    private record Asset(Buffer bytes, String tag) {}

    private final Vertx vertx;
    private final Map<String, Optional<Asset>> cache = new HashMap<>();

    StaticFiles(Vertx vertx) {
        this.vertx = vertx;
    }

    void mount(Router root, Map<String, String> webjars) {
        root.get("/d/:device_id").handler(c -> send(c, "web/scan/index.html", STRICT));
        root.get("/register").handler(c -> send(c, "web/register/index.html", STRICT));
        root.get("/console").handler(c -> send(c, "web/console/index.html", STRICT));
        root.get("/docs").handler(c -> send(c, "web/docs/index.html", DOCS));
        folder(root, "/web/", "web/");
        webjars.forEach(
                (name, version) ->
                        folder(
                                root,
                                "/webjars/" + name + "/",
                                "META-INF/resources/webjars/" + name + "/" + version + "/"));
    }

    private void folder(Router root, String prefix, String folder) {
        root.get(prefix + "*")
                .handler(
                        context -> {
                            String rest = context.normalizedPath().substring(prefix.length());
                            if (SAFE.matcher(rest).matches()) {
                                send(context, folder + rest, STRICT);
                            } else {
                                context.fail(404);
                            }
                        });
    }

    private void send(RoutingContext context, String resource, String policy) {
        Optional<Asset> cached = cache.get(resource);
        if (cached != null) {
            send(context, resource, policy, cached);
            return;
        }
        vertx.executeBlocking(() -> read(resource), false)
                .onSuccess(
                        asset -> {
                            if (asset.isPresent()) {
                                cache.put(resource, asset);
                            }
                            send(context, resource, policy, asset);
                        })
                .onFailure(context::fail);
    }

    private static void send(
            RoutingContext context, String resource, String policy, Optional<Asset> found) {
        if (found.isEmpty()) {
            Answer.of(Rejected.notFound("page")).send(context);
            return;
        }
        Asset asset = found.get();
        String extension = resource.substring(resource.lastIndexOf('.') + 1);
        var response =
                context.response()
                        .putHeader("ETag", asset.tag())
                        .putHeader("Content-Security-Policy", policy)
                        // Names carry no version, so a browser asks each time and gets 304.
                        .putHeader("Cache-Control", "no-cache")
                        .putHeader(
                                "Content-Type",
                                TYPES.getOrDefault(extension, "application/octet-stream"));
        if (asset.tag().equals(context.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
        } else {
            response.end(asset.bytes());
        }
    }

    private static Optional<Asset> read(String resource) {
        try (InputStream in = StaticFiles.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            String tag = "\"" + bytes.length + "-" + Long.toHexString(crc.getValue()) + "\"";
            return Optional.of(new Asset(Buffer.buffer(bytes), tag));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
