package io.weir.edge.downlink;

import io.vertx.core.Future;

/**
 * A way to a device and back, under way.
 *
 * @param way what the device acknowledges, e.g. {@code mqtt_puback}
 * @param micros between handing it to the connection and the acknowledgement; fails only with
 *     Rejected: REPLY_TIMEOUT, DEVICE_OFFLINE
 */
public record Echo(String way, Future<Long> micros) {}
