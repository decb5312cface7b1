package io.weir.e2e;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One round of the fault matrix: what to break, and the state that some dispense is to be in just
 * then.
 *
 * @param waitMs a seeded while that passes before the aim is taken
 */
record FaultPlan(Fault fault, String state, int waitMs) {
    static final List<String> STATES = List.of("CREATED", "HELD", "COMMANDED", "RUNNING", "ENDED");

    /** Every kill in every state once and every other fault once, in an order of the seed's. */
    static List<FaultPlan> of(Random random) {
        List<FaultPlan> plans = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            for (String state : fault.kill() ? STATES : List.of("RUNNING")) {
                plans.add(new FaultPlan(fault, state, random.nextInt(1200)));
            }
        }
        Collections.shuffle(plans, random);
        return plans;
    }

    /** Those that last for milliseconds only. */
    boolean fleeting() {
        return !state.equals("RUNNING");
    }
}
