/**
 * How a context's own facts leave it: a row in the transaction of the effect, relayed to Kafka
 * (DESIGN section 2).
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.outbox;
