/**
 * The cloud core: {@link io.weir.cloud.CloudNode} wires it, one package per context does the work.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud;
