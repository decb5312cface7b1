package io.weir.edge.registry;

import io.weir.api.devices.DevicesApi.ProductScript;
import io.weir.model.thing.OwnTopics;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * A product with its thing model compiled for checking.
 *
 * @param model null when the cloud's thing model could not be compiled
 * @param controlled services and properties that only the dispense engine may use (DESIGN 5.7)
 * @param requireTls its devices may connect over TLS only
 * @param script how its devices' bytes are read and written; null when they speak Alink
 * @param topics what its devices may do with their own topics
 */
public record Product(
        String productKey,
        @Nullable CompiledModel model,
        Set<String> controlled,
        boolean enabled,
        boolean requireTls,
        @Nullable ProductScript script,
        OwnTopics topics) {

    /** Dispensers are metered; other products are not. */
    public boolean dispenser() {
        return !controlled.isEmpty();
    }

    /** Its devices are sent bytes, not Alink. */
    public boolean raw() {
        return script != null && script.raw();
    }

    @Nullable String refusal() {
        if (!enabled) {
            return "PRODUCT_DISABLED";
        }
        return model == null ? "NO_MODEL" : null;
    }
}
