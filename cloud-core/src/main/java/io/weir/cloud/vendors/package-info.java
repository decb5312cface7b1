/** The tenant tree: platform, vendors, agents, dealers, partners. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.vendors;
