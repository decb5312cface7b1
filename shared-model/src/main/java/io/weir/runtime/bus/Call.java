package io.weir.runtime.bus;

import io.weir.model.access.Actor;
import io.weir.model.access.Scope;

import org.jspecify.annotations.Nullable;

/**
 * What travels with every question: who asks, under which idempotency key, for which request.
 *
 * @param idempotencyKey as the client sent it, null when the operation needs none
 * @param requestId for logs and audit
 */
public record Call(Actor actor, @Nullable String idempotencyKey, String requestId) {
    /** Weir itself asks: a timer, a consumer, a check. */
    public static Call system(String requestId) {
        return new Call(Actor.SYSTEM, null, requestId);
    }

    public Scope scope() {
        return actor.scope();
    }
}
