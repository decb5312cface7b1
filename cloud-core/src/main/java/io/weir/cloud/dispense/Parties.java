package io.weir.cloud.dispense;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Who shares in a dispense, frozen when it is created: the device's owner and those above, and the
 * uids of the member's referrers, nearest first.
 */
record Parties(
        Payee vendor,
        @Nullable Payee agent,
        @Nullable Payee dealer,
        @Nullable Payee partner,
        List<String> referrers) {
    Parties {
        referrers = List.copyOf(referrers);
    }

    /**
     * @param id the tenant's number
     * @param path the tenant's path, so that it sees its account
     */
    record Payee(String id, String path) {}
}
