/** Alink over CoAP, by Eclipse Californium. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.ingest.coap;
