package io.weir.model.grant;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Locale;

/** Who may spend a slice at the device while the cloud is away. */
public enum StartBy {
    /** Whoever tells the device the slice's single-use code. */
    CODE,
    /** Whoever presses the device's own button: a device that the member answers for. */
    BUTTON;

    @JsonCreator
    public static StartBy of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
