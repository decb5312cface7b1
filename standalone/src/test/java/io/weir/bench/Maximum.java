package io.weir.bench;

import io.weir.e2e.Wait;

/**
 * The most messages a second that two cores carry, in a closed loop.
 *
 * @param edge acknowledged by the edge, with Kafka and without the cloud
 * @param whole device to queryable row, with everything
 */
record Maximum(double edge, double whole) {
    static Maximum find(Rig rig, Report report) {
        var platform = rig.platform();
        var devices = rig.devices(LatencyLine.DEVICES);
        int window = Rig.CONNECTIONS * Rig.WINDOW / LatencyLine.DEVICES;
        platform.stopCloud();
        double edge;
        try (Fleet fleet = Fleet.connected(platform.mqtt(), devices)) {
            fleet.window(window);
            edge = acked(rig, fleet);
            fleet.rest();
        }
        platform.startCloud();
        platform.awaitCloud();
        rig.rows().settled(java.time.Duration.ofMinutes(10));
        double whole;
        try (Fleet fleet = Fleet.connected(platform.mqtt(), devices)) {
            fleet.window(window);
            Wait.pause(rig.seconds().toMillis());
            long rows = rig.rows().quick();
            long from = System.nanoTime();
            Wait.pause(rig.seconds().toMillis());
            whole = (rig.rows().quick() - rows) / ((System.nanoTime() - from) / 1e9);
            fleet.rest();
        }
        rig.rows().settled(java.time.Duration.ofMinutes(10));
        report.say(
                "maximum, %d connections x %d in flight: %,.0f msg/s at the edge (cloud stopped),"
                        + " %,.0f rows/s through the whole stack",
                devices.size(), window, edge, whole);
        return new Maximum(edge, whole);
    }

    private static double acked(Rig rig, Fleet fleet) {
        Wait.pause(rig.seconds().toMillis());
        long acked = fleet.acked();
        long from = System.nanoTime();
        Wait.pause(rig.seconds().toMillis());
        return (fleet.acked() - acked) / ((System.nanoTime() - from) / 1e9);
    }
}
