package io.weir.edge.registry;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * A product with its thing model compiled for checking.
 *
 * @param model null when the cloud's thing model could not be compiled
 * @param controlled services and properties that only the dispense engine may use (DESIGN 5.7)
 * @param requireTls its devices may connect over TLS only
 */
public record Product(
        String productKey,
        @Nullable CompiledModel model,
        Set<String> controlled,
        boolean enabled,
        boolean requireTls) {

    /** Dispensers are metered; other products are not. */
    public boolean dispenser() {
        return !controlled.isEmpty();
    }

    @Nullable String refusal() {
        if (!enabled) {
            return "PRODUCT_DISABLED";
        }
        return model == null ? "NO_MODEL" : null;
    }
}
