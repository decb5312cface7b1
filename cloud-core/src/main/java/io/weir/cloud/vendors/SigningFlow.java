package io.weir.cloud.vendors;

import java.util.Map;
import java.util.Set;

/**
 * How a signing record goes on (open platform's guide, P-002 to P-007): the vendor drafts and
 * submits, the platform signs or rejects, a rejected one is mended and submitted again, a signed
 * one ends. Pure.
 */
final class SigningFlow {
    enum State {
        DRAFT,
        SUBMITTED,
        REJECTED,
        SIGNED,
        ENDED
    }

    private static final Map<State, Set<State>> BY_VENDOR =
            Map.of(
                    State.DRAFT, Set.of(State.SUBMITTED),
                    State.REJECTED, Set.of(State.SUBMITTED),
                    State.SUBMITTED, Set.of(State.DRAFT));

    /** The platform may do what the vendor may, in its place. */
    private static final Map<State, Set<State>> BY_PLATFORM =
            Map.of(
                    State.DRAFT, Set.of(State.SUBMITTED),
                    State.REJECTED, Set.of(State.SUBMITTED),
                    State.SUBMITTED, Set.of(State.DRAFT, State.SIGNED, State.REJECTED),
                    State.SIGNED, Set.of(State.ENDED));

    private SigningFlow() {}

    static boolean allowed(State from, State to, boolean platform) {
        return (platform ? BY_PLATFORM : BY_VENDOR).getOrDefault(from, Set.of()).contains(to);
    }

    /** What was submitted is as it was until it is drawn back or judged. */
    static boolean editable(State state) {
        return state == State.DRAFT || state == State.REJECTED;
    }

    static boolean removable(State state, boolean platform) {
        return editable(state) || platform && state != State.SIGNED;
    }

    /** Why must be said when the vendor would else not know. */
    static boolean needsReason(State to) {
        return to == State.REJECTED || to == State.ENDED;
    }
}
