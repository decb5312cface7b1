package io.weir.edge.metering;

import io.weir.api.edge.EdgeApi.Known;
import io.weir.model.dispense.EndReason;
import io.weir.model.fact.DispenseFact;

import java.util.List;
import java.util.function.BiConsumer;

/** What a {@link Dispenser} needs of the engine around it. */
interface Host {
    MeteringConfig config();

    void emit(Effect effect);

    /**
     * Journals a fact that may be lost: the next one tells more.
     *
     * @param done told whether it was kept, and when
     */
    void append(Dispenser device, DispenseFact fact, BiConsumer<Boolean, Moment> done);

    /** Journals a fact that must not be lost: again every second until it was kept. */
    void appendSurely(Dispenser device, DispenseFact fact, Runnable kept);

    void answer(List<Long> askers, String dispenseId);

    void opened(Dispenser device, Run run);

    /** Was it ever this gateway's? */
    boolean knows(String dispenseId);

    /** It is settled; from here on {@code dispenseId} is only remembered. */
    void closed(String dispenseId, Known state, EndReason reason, long pouredMl);
}
