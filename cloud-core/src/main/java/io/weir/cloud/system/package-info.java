/** What runs where, with which settings and how it does. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.system;
