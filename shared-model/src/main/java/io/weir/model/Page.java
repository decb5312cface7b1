package io.weir.model;

import java.util.List;

/** One page of a list. {@code total} is the whole count before the limit. */
public record Page<T>(long total, List<T> items) {
    public static <T> Page<T> of(List<T> items) {
        return new Page<>(items.size(), items);
    }
}
