package io.weir.cloud.twin;

import io.weir.model.access.Scope;

/** A device under its present owner: what a former owner has left is not this one's. */
record Own(String deviceId, String tenant) {
    Scope scope() {
        return Scope.tenant(tenant);
    }
}
