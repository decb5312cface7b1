/** The gateway near the devices: {@link io.weir.edge.EdgeNode} wires it. */
@org.jspecify.annotations.NullMarked
package io.weir.edge;
