package io.weir.cloud.dispense;

/** The clock of one partition of one gateway's journal. */
record GatewayClock(String gateway, String journal, int partition, StreamClock clock) {
    /** What names it. */
    record Key(String gateway, String journal, int partition) {}

    Key key() {
        return new Key(gateway, journal, partition);
    }

    GatewayClock advance(String boot, long tickMs) {
        return new GatewayClock(gateway, journal, partition, clock.advance(boot, tickMs));
    }
}
