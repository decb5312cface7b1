package io.weir.edge.metering;

import io.weir.model.fact.DispenseFact;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Facts that must not be lost but that the journal refused (it was full): they are offered again
 * every second, and until they are kept their device opens nothing.
 */
final class OwedFacts {
    private record Owed(String deviceId, DispenseFact fact, Runnable kept) {}

    private final Map<DispenseFact, Owed> offered = new IdentityHashMap<>();
    private final List<Owed> refused = new ArrayList<>();

    /** A fact is offered to the journal; what comes back is to be told the outcome. */
    BiConsumer<Boolean, Moment> take(String deviceId, DispenseFact fact, Runnable kept) {
        offered.put(fact, new Owed(deviceId, fact, kept));
        return settle(fact);
    }

    BiConsumer<Boolean, Moment> settle(DispenseFact fact) {
        return (kept, now) -> {
            Owed owed = offered.remove(fact);
            if (owed != null && kept) {
                owed.kept().run();
            } else if (owed != null) {
                refused.add(owed);
            }
        };
    }

    /** Offers what was refused once more, in its order. */
    void again(BiConsumer<String, DispenseFact> offer) {
        List<Owed> again = List.copyOf(refused);
        refused.clear();
        for (Owed owed : again) {
            offered.put(owed.fact(), owed);
            offer.accept(owed.deviceId(), owed.fact());
        }
    }

    /** For a restart: facts that an earlier process owed. */
    void restore(String deviceId, DispenseFact fact) {
        refused.add(new Owed(deviceId, fact, () -> {}));
    }

    /** The journal has it after all: kept by an earlier process after its checkpoint. */
    void kept(DispenseFact fact) {
        refused.removeIf(o -> o.fact().equals(fact));
    }

    boolean owes(String deviceId) {
        return refused.stream().anyMatch(o -> o.deviceId().equals(deviceId));
    }

    List<DispenseFact> of(String deviceId) {
        return refused.stream().filter(o -> o.deviceId().equals(deviceId)).map(Owed::fact).toList();
    }
}
