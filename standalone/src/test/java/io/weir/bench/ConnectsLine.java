package io.weir.bench;

import io.weir.e2e.Wait;

import java.time.Duration;

/**
 * Connects a second, each with the device's HMAC checked, an epoch from the cloud and its presence
 * journaled, all processes on the two cores.
 */
final class ConnectsLine implements Line {
    private static final double GOAL = 5_000;
    private static final int ROUNDS = 4;
    private static final int AT_ONCE = 500;
    private static final int BETWEEN_MS = 5_000;

    @Override
    public String name() {
        return "connects";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(20);
    }

    @Override
    public void measure(Rig rig, Report report) {
        int count = rig.fleet();
        var devices = rig.devices(count);
        double last = 0;
        for (int round = 1; round <= ROUNDS; round++) {
            try (Fleet fleet = new Fleet(rig.platform().mqtt(), devices)) {
                fleet.comeBackAfter(500, 1500);
                Usage from = Usage.of(rig.platform());
                fleet.connect(AT_ONCE);
                fleet.await(count, Duration.ofSeconds(180));
                Usage used = Usage.of(rig.platform()).since(from);
                last = count / used.seconds();
                report.say(
                        "round %d: %,d devices in %.1f s, %,.0f/s, %d refused and tried again; a"
                                + " connect costs %s",
                        round,
                        count,
                        used.seconds(),
                        last,
                        fleet.arrivals().refused(),
                        used.each(count));
                Wait.pause(BETWEEN_MS);
            }
            Wait.pause(BETWEEN_MS);
        }
        report.atLeast(name(), "authenticated connects, last round", last, GOAL, "a second");
        report.say(
                "%d sockets at once without CONNACK; limits of product and tenant lifted, those of"
                        + " an address as shipped (devices come from many)",
                AT_ONCE);
    }
}
