/** What devices ask the cloud, carried by their gateway. */
@org.jspecify.annotations.NullMarked
package io.weir.api.alink;
