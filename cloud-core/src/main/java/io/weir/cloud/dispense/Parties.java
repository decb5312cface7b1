package io.weir.cloud.dispense;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Who shares in a dispense, frozen when it is created: tenant ids of the device's owner and
 * those above, and the uids of the member's referrers, nearest first.
 */
record Parties(
        String vendor,
        @Nullable String agent,
        @Nullable String dealer,
        @Nullable String partner,
        List<String> referrers) {
    Parties {
        referrers = List.copyOf(referrers);
    }
}
