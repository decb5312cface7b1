/** From the journal to Kafka, and back the word that all consumers have it. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.forward;
