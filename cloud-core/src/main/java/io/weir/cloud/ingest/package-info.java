/** Facts as rows: the latest values of each device, the history of its posts and events. */
@org.jspecify.annotations.NullMarked
package io.weir.cloud.ingest;
