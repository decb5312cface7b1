/**
 * Server-side subscription: what a tenant's devices say, numbered, kept for seven days,
 * acknowledged and replayed; over HTTP, server-sent events and AMQP 1.0.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.subscription;
