package io.weir.edge.alink;

import java.util.Locale;

/** What became of a device's message. */
public enum Outcome {
    ACCEPTED,
    /** Some keys were dropped. */
    PARTIAL,
    /** Nothing of it was fit. */
    REJECTED,
    /** A message without acknowledgement beyond the in-flight bound or beyond the rate. */
    DROPPED,
    /** The journal did not take it. */
    REFUSED,
    IGNORED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** In small letters, as people and metrics have it. */
    public String label() {
        return label;
    }
}
