/**
 * Devices that speak bytes of their own: their product's script reads and writes them (DESIGN
 * section 5, ADR 014). Scripts run on threads of their own, never on an event loop.
 */
@org.jspecify.annotations.NullMarked
package io.weir.edge.script;
