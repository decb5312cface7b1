package io.weir.cloud.devices;

import org.jspecify.annotations.Nullable;

/** OMS counts pages from 1; {@code limit} and {@code offset} win when they are given (O-008). */
record Paging(int limit, int offset) {
    static Paging of(int page, int pageSize, @Nullable Integer limit, @Nullable Integer offset) {
        int size = limit == null ? pageSize : limit;
        return new Paging(size, offset == null ? Math.multiplyExact(page - 1, size) : offset);
    }
}
