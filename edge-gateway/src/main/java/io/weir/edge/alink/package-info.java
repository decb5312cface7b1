/**
 * The device protocol Alink, whatever carries it (facts: alink.md): topics, envelopes, posts,
 * questions to the cloud. Nothing here knows MQTT, HTTP or CoAP.
 */
@org.jspecify.annotations.NullMarked
package io.weir.edge.alink;
