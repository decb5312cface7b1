package io.weir.model.fact;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

import io.weir.model.grant.SignedSlice;
import io.weir.model.grant.Statement;

import java.util.Locale;

/**
 * What a gateway does with a slice, on the money lane and in its device's partition. That one is
 * spent is told by the {@link DispenseFact.Intent} of its dispense, journaled before the valve
 * opens.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SliceFact.Taken.class, name = "slice_taken"),
    @JsonSubTypes.Type(value = SliceFact.Closed.class, name = "slice_closed"),
})
public sealed interface SliceFact {
    /**
     * The gateway keeps the slice; it may be spent once this is on its disk.
     *
     * @param cloudKey the cloud's public key that the journal believes, X.509 as hex
     */
    record Taken(SignedSlice signed, String cloudKey) implements SliceFact {}

    /**
     * It was not spent and never will be.
     *
     * @param signature the gateway's Ed25519 signature over {@link Statement#words}, hex
     */
    record Closed(Statement statement, String signature) implements SliceFact {}

    /** The name of a fact's type in its entry: {@code slice_taken}, {@code slice_closed}. */
    static String nameOf(SliceFact fact) {
        return "slice_" + fact.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
