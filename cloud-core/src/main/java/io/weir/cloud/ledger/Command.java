package io.weir.cloud.ledger;

import io.weir.model.access.Scope;
import io.weir.runtime.json.Json;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A request on its way into the ledger.
 *
 * @param scope who may be touched by it
 * @param hash SHA-256 of what is asked; the same key with another hash is refused
 */
record Command(Scope scope, Ask ask, byte[] hash) {
    static Command of(Scope scope, Ask ask) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(ask.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8));
            return new Command(scope, ask, sha.digest(Json.bytes(ask)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    String key() {
        return ask.key();
    }
}
