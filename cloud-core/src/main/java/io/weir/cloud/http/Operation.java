package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.api.Op;
import io.weir.model.access.Role;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * One operation of the contract, made ready at start.
 *
 * @param module of the product that it belongs to, for rights
 * @param roles who may call it; empty = public
 * @param reads whether it changes nothing; OMS reads by POST (O-001), and a code is sent by GET
 * @param keyed whether an idempotency key is demanded
 * @param session whether the caller's session id goes into the request
 * @param address whether the caller's address goes into the request
 * @param parameters checks the path and query parameters as one object
 * @param body checks the body; null when the operation takes none
 * @param defaults of top-level body properties
 */
record Operation(
        String id,
        String method,
        String path,
        String module,
        Set<Role> roles,
        boolean reads,
        boolean keyed,
        boolean session,
        boolean address,
        List<Parameter> declared,
        Check parameters,
        @Nullable Check body,
        boolean bodyRequired,
        ObjectNode defaults,
        int status,
        Op<?, ?> op) {

    /**
     * @param type integer, number, boolean, string or array (of texts, the parameter repeated)
     */
    record Parameter(
            String name, boolean query, boolean required, String type, @Nullable JsonNode preset) {}

    /** OMS and PMS are one (O-006). */
    boolean oms() {
        return path.startsWith("/oms/") || path.startsWith("/pms/");
    }

    boolean isPublic() {
        return roles.isEmpty();
    }
}
