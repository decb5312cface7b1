package io.weir.cloud.dispense;

import io.weir.model.problem.Rejected;

import org.jspecify.annotations.Nullable;

/** Which part of a list is wanted. */
record Paging(int limit, int offset) {
    private static final int USUAL = 20;

    static Paging of(@Nullable Integer limit, @Nullable Integer offset, int max) {
        int wanted = limit == null ? Math.min(USUAL, max) : limit;
        int from = offset == null ? 0 : offset;
        if (wanted < 1 || wanted > max) {
            throw Rejected.invalid("limit", "must be 1.." + max);
        }
        if (from < 0) {
            throw Rejected.invalid("offset", "must not be negative");
        }
        return new Paging(wanted, from);
    }
}
