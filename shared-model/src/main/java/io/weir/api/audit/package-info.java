/** Who did what to what. */
@org.jspecify.annotations.NullMarked
package io.weir.api.audit;
