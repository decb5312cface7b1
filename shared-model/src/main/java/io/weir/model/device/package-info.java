/** What devices are for. */
@org.jspecify.annotations.NullMarked
package io.weir.model.device;
