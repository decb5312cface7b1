package io.weir.model.dispense;

/**
 * The cloud's wish that a valve be opened.
 *
 * @param orderedMl stop at this volume
 * @param mode how the device tells what flowed
 * @param mlPerSecond the outlet's flow, for the timer mode and for the first guess of the stop lead
 * @param mlPer1000Pulses the outlet's flow-meter constant, for the flow-meter mode; 0 otherwise
 * @param secondsMax time limit of the run
 * @param ttlMs how long after its arrival at the edge, on the edge's own clock, it may still be
 *     published
 */
public record OpenDispense(
        String dispenseId,
        String deviceId,
        Outlet outlet,
        long orderedMl,
        MeasureMode mode,
        long mlPerSecond,
        long mlPer1000Pulses,
        long secondsMax,
        long ttlMs) {}
