package io.weir.model.fact;

import io.weir.model.dispense.MeasureMode;

/**
 * Two readings of one cumulative counter of a device within one of its boots, so that what lies
 * between them flowed between them. Values are in the counter's own unit: ml, seconds of work, or
 * pulses.
 *
 * @param mode which counter
 * @param boot the device's boot id
 * @param from the earlier reading
 * @param to the later one, not below it
 */
public record CounterRange(MeasureMode mode, String boot, long from, long to) {}
