/** Devices over MQTT, speaking Alink (facts: alink.md). */
@org.jspecify.annotations.NullMarked
package io.weir.edge.ingest.mqtt;
