package io.weir.cloud.audit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** An entry exactly as it is stored: what its hash covers. */
record Kept(
        long id,
        Instant at,
        String tenant,
        String actor,
        String role,
        String scope,
        String action,
        String target,
        @Nullable String before,
        @Nullable String after,
        String requestId) {}
