package io.weir.e2e;

import static io.weir.e2e.PartitionPlatform.KAFKA;
import static io.weir.e2e.PartitionPlatform.POSTGRES;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is cut in a round, and for how long.
 *
 * @param fault how the table calls it
 * @param killed this cloud node is killed; when the time is over the test starts it again, which
 *     DESIGN leaves to a supervisor
 * @param spared through this cloud node dispenses are ordered and captured meanwhile
 */
record PartitionPlan(
        String fault,
        List<Cut> cuts,
        @Nullable String killed,
        @Nullable String spared,
        int seconds) {
    /** Between two parts; one way: only from the one to the other. */
    record Cut(String one, String other, boolean oneWay) {}

    /** Shorter than any time-out, longer than Hazelcast's, longer than the bus's. */
    private static final List<Integer> SECONDS = List.of(4, 9, 20);

    /** Each kind once before any comes again. */
    static List<PartitionPlan> of(Random random, int rounds) {
        List<PartitionPlan> all = new ArrayList<>();
        while (all.size() < rounds) {
            List<PartitionPlan> once = kinds(random);
            Collections.shuffle(once, random);
            all.addAll(once);
        }
        return all.subList(0, rounds);
    }

    private static List<PartitionPlan> kinds(Random random) {
        String edge = "edge-" + (1 + random.nextInt(2));
        String cloud = "cloud-" + (1 + random.nextInt(2));
        String other = cloud.equals("cloud-1") ? "cloud-2" : "cloud-1";
        int some = SECONDS.get(random.nextInt(SECONDS.size()));
        List<Cut> ways =
                List.of(
                        way(edge, cloud),
                        way(cloud, edge),
                        way("cloud-1", "cloud-2"),
                        way("cloud-2", "cloud-1"),
                        way(cloud, POSTGRES),
                        way(POSTGRES, cloud),
                        way(KAFKA, edge));
        Cut way = ways.get(random.nextInt(ways.size()));
        return new ArrayList<>(
                List.of(
                        cut("edge | cloud", some, both(edge, cloud)),
                        cut("edge | both clouds", 9, both(edge, "cloud-1"), both(edge, "cloud-2")),
                        cut("cloud | cloud", 20, both("cloud-1", "cloud-2")),
                        cut("cloud | PostgreSQL", 20, both(cloud, POSTGRES)).sparing(other),
                        cut("cloud | Kafka", 9, both(cloud, KAFKA)).sparing(other),
                        cut("edge | Kafka", 9, both(edge, KAFKA)),
                        cut("edge | edge", 4, both("edge-1", "edge-2")),
                        cut("one way", 20, way),
                        new PartitionPlan("kill -9 of a cloud node", List.of(), cloud, other, 9)));
    }

    private static PartitionPlan cut(String fault, int seconds, Cut... cuts) {
        return new PartitionPlan(fault, List.of(cuts), null, null, seconds);
    }

    private PartitionPlan sparing(String cloud) {
        return new PartitionPlan(fault, cuts, killed, cloud, seconds);
    }

    private static Cut both(String one, String other) {
        return new Cut(one, other, false);
    }

    private static Cut way(String from, String to) {
        return new Cut(from, to, true);
    }

    void begin(Network network) {
        for (Cut cut : cuts) {
            if (cut.oneWay()) {
                network.cutOneWay(cut.one(), cut.other());
            } else {
                network.cut(cut.one(), cut.other());
            }
        }
    }

    @Override
    public String toString() {
        List<String> between = new ArrayList<>();
        cuts.forEach(c -> between.add(c.one() + (c.oneWay() ? " -> " : " | ") + c.other()));
        return killed == null ? String.join(", ", between) : "kill -9 of " + killed;
    }
}
