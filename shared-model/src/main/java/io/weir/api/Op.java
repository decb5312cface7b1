package io.weir.api;

import java.lang.reflect.Type;
import java.time.Duration;

/**
 * A typed question over the bus: its address, what it takes, what it answers and how long one
 * waits. Bodies are JSON of records. Grep for the constant to find who asks and who serves.
 *
 * @param address event-bus address, versioned, e.g. {@code dispense.create.v1}
 * @param reply the class of the answer, or {@link Generic}
 */
public record Op<Q, R>(String address, Class<Q> request, Type reply, Duration timeout) {
    private static final Duration USUAL = Duration.ofSeconds(10);

    public static <Q, R> Op<Q, R> of(String address, Class<Q> request, Class<R> reply) {
        return new Op<>(address, request, reply, USUAL);
    }

    /** An operation that answers {@code Page<E>}. */
    public static <Q, E> Op<Q, io.weir.model.Page<E>> paged(
            String address, Class<Q> request, Class<E> element) {
        return new Op<>(address, request, new Generic(io.weir.model.Page.class, element), USUAL);
    }

    /** An operation that answers {@code List<E>}. */
    public static <Q, E> Op<Q, java.util.List<E>> listed(
            String address, Class<Q> request, Class<E> element) {
        return new Op<>(address, request, new Generic(java.util.List.class, element), USUAL);
    }

    public Op<Q, R> within(Duration limit) {
        return new Op<>(address, request, reply, limit);
    }

    /** The same question put to one node, e.g. to the gateway that a device is connected to. */
    public Op<Q, R> at(String node) {
        return new Op<>(address + "@" + node, request, reply, timeout);
    }

    /** {@code raw<element>} as a reflective type. */
    public record Generic(Class<?> raw, Class<?> element)
            implements java.lang.reflect.ParameterizedType {
        @Override
        public Type[] getActualTypeArguments() {
            return new Type[] {element};
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        @SuppressWarnings("NullAway") // a top-level class has no owner
        public Type getOwnerType() {
            return null;
        }
    }
}
