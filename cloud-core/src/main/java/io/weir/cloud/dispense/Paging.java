package io.weir.cloud.dispense;

import io.weir.model.problem.Rejected;

/** Which part of a list is wanted. */
record Paging(int limit, int offset) {
    static Paging of(int limit, int offset, int max) {
        if (limit < 1 || limit > max) {
            throw Rejected.invalid("limit", "must be 1.." + max);
        }
        if (offset < 0) {
            throw Rejected.invalid("offset", "must not be negative");
        }
        return new Paging(limit, offset);
    }
}
