package io.weir.model.dispense;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** How a dispenser tells what flowed: the seed's measure_mode 0, 1, 2. */
public enum MeasureMode {
    /** The device reports cumulative millilitres ({@code total_ml}). */
    VOLUME,
    /** Seconds ({@code work_s}, else ticks of the edge) times the outlet's ml/s. */
    TIMER,
    /** Pulses ({@code pulse_total}) times the outlet's ml per 1000 pulses. */
    FLOW_METER;

    @JsonCreator
    public static MeasureMode of(int code) {
        return values()[code];
    }

    @JsonValue
    public int code() {
        return ordinal();
    }
}
