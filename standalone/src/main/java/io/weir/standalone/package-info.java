/** The whole platform in one JVM, on a real PostgreSQL and a real Kafka that it starts itself. */
@org.jspecify.annotations.NullMarked
package io.weir.standalone;
