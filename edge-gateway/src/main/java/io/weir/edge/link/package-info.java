/** The line to the cloud, which may be absent at any time. */
@org.jspecify.annotations.NullMarked
package io.weir.edge.link;
