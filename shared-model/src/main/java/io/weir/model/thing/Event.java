package io.weir.model.thing;

import java.util.List;

public record Event(
        String identifier, String name, Level level, boolean required, List<Param> outputs) {
    /** How grave it is; the word in TSL is the name in lower case. */
    public enum Level {
        INFO,
        ALERT,
        ERROR
    }
}
