/** Devices that speak bytes of their own over TCP, and Modbus slaves behind a socket. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.ingest.tcp;
