/** Who did what to what: written by every context in the transaction of the deed. */
@org.jspecify.annotations.NullMarked
package io.weir.runtime.audit;
