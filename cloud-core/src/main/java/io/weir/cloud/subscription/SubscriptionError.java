package io.weir.cloud.subscription;

import io.weir.model.problem.ErrorCode;

/** Failures of the subscription context. */
enum SubscriptionError implements ErrorCode {
    NAME_TAKEN(409),
    TOO_MANY_SUBSCRIPTIONS(409);

    private final int status;

    SubscriptionError(int status) {
        this.status = status;
    }

    @Override
    public int status() {
        return status;
    }
}
