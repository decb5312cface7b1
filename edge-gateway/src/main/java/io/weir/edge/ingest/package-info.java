/** What all transports of devices share: who may come in, and a device's stay on a line. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.ingest;
