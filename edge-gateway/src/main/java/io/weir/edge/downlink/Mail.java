package io.weir.edge.downlink;

import io.vertx.core.Future;
import io.weir.api.edge.EdgeApi.Publish;
import io.weir.api.edge.EdgeApi.Published;

import org.jspecify.annotations.Nullable;

/** A transport that keeps messages for its devices: acknowledged, or waiting for a session. */
public interface Mail {
    /**
     * Fails only with Rejected, and then nothing of the message is sent or kept. Safe for any
     * thread.
     *
     * @return null when the transport has no session of this device
     */
    @Nullable Future<Published> publish(Publish message);
}
