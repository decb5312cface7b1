/**
 * Remote configuration: versions of a JSON document for each product, fetched by or pushed to
 * devices.
 */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.configuration;
