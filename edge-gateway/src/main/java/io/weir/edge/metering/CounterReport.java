package io.weir.edge.metering;

import io.weir.model.time.Tick;

import org.jspecify.annotations.Nullable;

/**
 * The cumulative counters of one property post; null where the post did not carry one.
 *
 * @param connection number of the connection at this gateway's boot, rising
 * @param epoch the connection's epoch, 0 when the cloud gave none
 * @param totalMl property {@code total_ml}
 * @param pulseTotal property {@code pulse_total}
 * @param workS property {@code work_s}
 * @param uptimeS property {@code uptime_s}
 * @param bootId property {@code boot_id}
 * @param at when the gateway received it
 */
public record CounterReport(
        String deviceId,
        long connection,
        long epoch,
        @Nullable Long totalMl,
        @Nullable Long pulseTotal,
        @Nullable Long workS,
        @Nullable Long uptimeS,
        @Nullable String bootId,
        Tick at) {}
