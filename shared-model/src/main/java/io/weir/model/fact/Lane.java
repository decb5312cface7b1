package io.weir.model.fact;

/**
 * Three lanes of facts, each with its own segments, Kafka topic and numbering (DESIGN section 2).
 */
public enum Lane {
    MONEY,
    ALARM,
    TELEMETRY;

    /** The Kafka topic. The version changes when the partition count would. */
    public String topic() {
        return "weir.facts." + name().toLowerCase(java.util.Locale.ROOT) + ".v1";
    }
}
