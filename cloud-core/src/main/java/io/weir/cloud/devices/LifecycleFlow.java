package io.weir.cloud.devices;

import static io.weir.model.access.Role.AGENT;
import static io.weir.model.access.Role.DEALER;
import static io.weir.model.access.Role.PLATFORM;
import static io.weir.model.access.Role.VENDOR;

import io.weir.model.access.Role;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Where a device may go next and who may send it there. Production makes PRODUCED, and the
 * confirmation of its batch STOCKED: nobody moves a device there before. Pure.
 */
final class LifecycleFlow {
    /** From the factory to the scrap heap; QC may also come back after a recovery. */
    enum State {
        PRODUCED,
        QC,
        STOCKED,
        ALLOTTED,
        INSTALLED,
        SERVING,
        SUSPENDED,
        RECOVERED,
        SCRAPPED;

        /** Refused at connect. */
        boolean halted() {
            return this == SUSPENDED || this == SCRAPPED;
        }
    }

    /** What is said to a wish. */
    enum Verdict {
        YES,
        /** Not from where it is. */
        NO_WAY,
        /** Its batch isn't confirmed. */
        NOT_IN_STOCK,
        /** Others may. */
        NOT_YOURS
    }

    private static final Map<State, Set<State>> WAYS =
            Map.of(
                    State.PRODUCED, EnumSet.of(State.QC, State.SCRAPPED),
                    State.QC, EnumSet.of(State.STOCKED, State.SCRAPPED),
                    State.STOCKED,
                            EnumSet.of(State.QC, State.ALLOTTED, State.INSTALLED, State.SCRAPPED),
                    State.ALLOTTED, EnumSet.of(State.ALLOTTED, State.INSTALLED, State.RECOVERED),
                    State.INSTALLED, EnumSet.of(State.SERVING, State.SUSPENDED, State.RECOVERED),
                    State.SERVING, EnumSet.of(State.SUSPENDED, State.RECOVERED),
                    State.SUSPENDED, EnumSet.of(State.SERVING, State.RECOVERED, State.SCRAPPED),
                    State.RECOVERED,
                            EnumSet.of(State.QC, State.STOCKED, State.ALLOTTED, State.SCRAPPED),
                    State.SCRAPPED, EnumSet.noneOf(State.class));

    private LifecycleFlow() {}

    /**
     * @param confirmed its batch is in stock, formally
     */
    static Verdict verdict(State from, State to, boolean confirmed, Role role) {
        if (!WAYS.getOrDefault(from, Set.of()).contains(to)) {
            return Verdict.NO_WAY;
        }
        if (!movers(from, to).contains(role)) {
            return Verdict.NOT_YOURS;
        }
        return confirmed || to == State.QC || to == State.SCRAPPED
                ? Verdict.YES
                : Verdict.NOT_IN_STOCK;
    }

    /** Whoever suspended a device lets it serve again, not who holds it. */
    private static Set<Role> movers(State from, State to) {
        return switch (to) {
            case INSTALLED -> EnumSet.of(PLATFORM, VENDOR, AGENT, DEALER);
            case SERVING ->
                    from == State.SUSPENDED
                            ? EnumSet.of(PLATFORM, VENDOR)
                            : EnumSet.of(PLATFORM, VENDOR, AGENT, DEALER);
            case ALLOTTED -> EnumSet.of(PLATFORM, VENDOR, AGENT);
            case RECOVERED ->
                    from == State.SUSPENDED
                            ? EnumSet.of(PLATFORM, VENDOR)
                            : EnumSet.of(PLATFORM, VENDOR, AGENT);
            default -> EnumSet.of(PLATFORM, VENDOR);
        };
    }
}
