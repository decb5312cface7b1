package io.weir.model.thing;

/**
 * One class of a product's own topics, with what its devices may do with them (facts: alink.md
 * section 6, row custom).
 *
 * @param topic what stands behind {@code /{pk}/{dn}/}: levels of letters, digits, {@code _ - .},
 *     {@code +} for any one level, {@code #} at the end for any number of them
 */
public record TopicClass(String topic, Access access) {
    /** From the device's point of view. */
    public enum Access {
        PUBLISH,
        SUBSCRIBE,
        BOTH
    }
}
