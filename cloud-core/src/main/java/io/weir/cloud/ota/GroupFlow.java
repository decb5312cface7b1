package io.weir.cloud.ota;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which device is in which group. Pure. */
final class GroupFlow {
    private static final int WHOLE = 100;

    private GroupFlow() {}

    /**
     * A first group must be a fair sample, so devices are shuffled: neighbours by number often come
     * from one batch.
     *
     * @param percents of all devices, together 100
     * @param seed the same one gives the same groups
     * @return the devices of each group; every device is in one
     */
    static List<List<String>> split(List<String> devices, List<Integer> percents, long seed) {
        List<String> shuffled = new ArrayList<>(devices);
        Collections.shuffle(shuffled, new Random(seed));
        List<List<String>> groups = new ArrayList<>();
        int from = 0;
        int percent = 0;
        for (int share : percents) {
            percent += share;
            int to = (int) (((long) shuffled.size() * percent + WHOLE - 1) / WHOLE);
            groups.add(List.copyOf(shuffled.subList(from, to)));
            from = to;
        }
        return groups;
    }
}
