package io.weir.e2e;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * One round of the kill test: whom to kill, and the state that some dispense is to be in just then.
 *
 * @param waitMs a seeded while that passes before the aim is taken
 */
record KillPlan(Victim victim, String state, int waitMs) {
    enum Victim {
        EDGE,
        CLOUD,
        POSTGRES,
        KAFKA
    }

    static final List<String> STATES = List.of("CREATED", "HELD", "COMMANDED", "RUNNING", "ENDED");

    /** Every pair of victim and state once, in an order of the seed's choice; then again. */
    static List<KillPlan> of(Random random, int rounds) {
        List<KillPlan> plans = new ArrayList<>();
        while (plans.size() < rounds) {
            List<KillPlan> all = new ArrayList<>();
            for (Victim victim : Victim.values()) {
                for (String state : STATES) {
                    all.add(new KillPlan(victim, state, random.nextInt(1200)));
                }
            }
            Collections.shuffle(all, random);
            plans.addAll(all);
        }
        return plans.subList(0, rounds);
    }

    /** Those that last for milliseconds only. */
    boolean fleeting() {
        return !state.equals("RUNNING");
    }
}
