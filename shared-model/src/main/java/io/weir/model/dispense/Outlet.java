package io.weir.model.dispense;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Locale;

/** Where the water leaves a dispenser: normal, cold, warm, hot. */
public enum Outlet {
    NORMAL,
    COLD,
    WARM,
    HOT;

    @JsonCreator
    public static Outlet of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
