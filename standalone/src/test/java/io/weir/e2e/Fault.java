package io.weir.e2e;

/** What the fault matrix breaks; each is hit in every run. */
enum Fault {
    KILL_EDGE("kill -9 of the edge"),
    KILL_CLOUD("kill -9 of the cloud"),
    KILL_POSTGRES("kill -9 of PostgreSQL"),
    KILL_KAFKA("kill -9 of Kafka"),
    LINK_GONE("cloud and Kafka silent while six hours pass"),
    KAFKA_DOWN("Kafka down for seconds"),
    KAFKA_SLOW("Kafka slow"),
    KAFKA_FULL("Kafka's disk full"),
    POSTGRES_DOWN("PostgreSQL down for seconds"),
    POSTGRES_SLOW("PostgreSQL slow"),
    EDGE_DISK_FULL("the edge's disk full"),
    EDGE_SYNC_FAILS("the edge's syncs fail"),
    EDGE_CLOCK_AHEAD("the edge's clock a day ahead, and back"),
    EDGE_CLOCK_BEHIND("the edge's clock a day behind, and back"),
    CLOUD_CLOCK_AHEAD("the cloud's clock a day ahead, and back"),
    CLOUD_CLOCK_BEHIND("the cloud's clock a day behind, and back"),
    DEVICE_REBOOT("devices reboot mid-dispense, counters at zero"),
    SAME_GATEWAY_TWICE("one device twice on one gateway"),
    TWO_GATEWAYS_AT_ONCE("one device on two gateways, in turns"),
    TORN_TAIL("half a frame at the journal's end"),
    DAMAGED_BYTE("a wrong byte in the journal");

    private final String told;

    Fault(String told) {
        this.told = told;
    }

    String told() {
        return told;
    }

    /** Aimed at each state of a dispense. */
    boolean kill() {
        return ordinal() <= KILL_KAFKA.ordinal();
    }
}
