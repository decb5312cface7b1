package io.weir.edge.subs;

import io.weir.edge.alink.AlinkServices;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.guard.Guard;
import io.weir.edge.registry.DeviceRegistry;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What every sub-device of a gateway uses.
 *
 * @param online how many are
 */
record SubServices(
        AlinkServices alink,
        DeviceRegistry registry,
        DeviceLines lines,
        Guard guard,
        AtomicInteger online) {}
