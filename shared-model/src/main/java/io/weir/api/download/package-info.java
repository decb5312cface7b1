/** Content that devices fetch from their gateway: firmware, remote configuration. */
@org.jspecify.annotations.NullMarked
package io.weir.api.download;
