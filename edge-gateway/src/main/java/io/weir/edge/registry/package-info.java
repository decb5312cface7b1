/**
 * The devices and products that this gateway may serve, also with no cloud in sight (DESIGN section
 * 5).
 */
@org.jspecify.annotations.NullMarked
package io.weir.edge.registry;
