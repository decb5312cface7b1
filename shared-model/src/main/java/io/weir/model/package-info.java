/** The words of the domain. JDK and Jackson annotations only: no Vert.x, no SQL, no clock. */
@org.jspecify.annotations.NullMarked
package io.weir.model;
