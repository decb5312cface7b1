/** Remote configuration on its way to devices: asked for or pushed, fetched by its address. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.configuration;
