/** Facts on disk before anybody is told that they are safe (DESIGN section 2). */
@org.jspecify.annotations.NullMarked
package io.weir.edge.journal;
