/**
 * The protocol between a remote gateway and the cloud's door (DESIGN section 2, remote mode): one
 * WebSocket over mutual TLS, binary messages, both ways.
 */
@org.jspecify.annotations.NullMarked
package io.weir.runtime.door;
