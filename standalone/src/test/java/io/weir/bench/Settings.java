package io.weir.bench;

import java.util.List;

/**
 * How long and how large, from the command line.
 *
 * @param chosen names of lines; empty = all but the soak
 * @param seconds each measurement takes, after as many to warm up
 * @param devices of the fleet of lines idle, connects, devices and storm
 * @param minutes of the soak
 * @param live messages a second during an outage
 */
record Settings(List<String> chosen, int seconds, int devices, int minutes, int live) {
    static Settings read() {
        String chosen = System.getProperty("weir.bench", "").trim();
        return new Settings(
                chosen.isEmpty() || chosen.equals("all")
                        ? List.of()
                        : List.of(chosen.split("\\s*,\\s*")),
                Integer.getInteger("weir.bench.seconds", 15),
                Integer.getInteger("weir.bench.devices", 20_000),
                Integer.getInteger("weir.bench.minutes", 20),
                Integer.getInteger("weir.bench.live", 5_000));
    }
}
