package io.weir.edge.link;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

import org.jspecify.annotations.Nullable;

/**
 * Logical name {@code door-link}, EVENT_LOOP: starts the line to the door before everything that
 * uses it, and ends it last. In cluster mode there is nothing to start.
 */
public final class DoorLinkVerticle extends VerticleBase {
    private final @Nullable DoorLink link;

    public DoorLinkVerticle(@Nullable DoorLink link) {
        this.link = link;
    }

    @Override
    public Future<?> start() {
        if (link != null) {
            link.start();
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (link != null) {
            link.stop();
        }
        return Future.succeededFuture();
    }
}
