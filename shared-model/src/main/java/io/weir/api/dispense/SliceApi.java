package io.weir.api.dispense;

import io.weir.api.Op;
import io.weir.api.Signal;
import io.weir.model.grant.SignedSlice;

import java.time.Duration;
import java.util.List;

/** What a gateway asks of the cloud about slices (DESIGN section 5, Offline quota). */
public interface SliceApi {
    /**
     * A gateway asks for its slices and so tells that it runs low. The answer is the same until it
     * has told by facts that it took or closed them, so asking again loses and doubles nothing.
     */
    Op<PullSlices, Slices> PULL =
            Op.of("dispense.slices.pull.v1", PullSlices.class, Slices.class)
                    .within(Duration.ofSeconds(10));

    /** There is something new for this gateway: pull now instead of at the next poll. */
    Signal<SlicesChanged> CHANGED = new Signal<>("dispense.slices.changed.v1", SlicesChanged.class);

    record SlicesChanged(String gateway) {}

    /**
     * @param journal the journal that will keep them; a new disk is a new journal
     * @param statementKey public key of the gateway's statements, X.509 as hex; the first one of a
     *     journal is the only one
     */
    record PullSlices(String gateway, String journal, String statementKey) {}

    /**
     * @param slices all that this journal has not said yet to have taken, at most a page
     * @param recalled dispense ids of slices that are wanted back, if they aren't spent yet
     * @param cloudKey public key of the slices' signatures, X.509 as hex
     * @param nowMs the cloud's wall time, ms since 1970
     */
    record Slices(List<SignedSlice> slices, List<String> recalled, String cloudKey, long nowMs) {}
}
