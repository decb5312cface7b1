/** Remote configuration of devices. */
@org.jspecify.annotations.NullMarked
package io.weir.api.configuration;
