/** The management port: health and metrics, for probes and Prometheus, not for the public. */
@org.jspecify.annotations.NullMarked
package io.weir.runtime.management;
