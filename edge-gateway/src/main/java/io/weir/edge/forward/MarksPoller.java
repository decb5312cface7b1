package io.weir.edge.forward;

import io.weir.api.ingest.IngestApi;
import io.weir.api.ingest.IngestApi.GetMarks;
import io.weir.api.ingest.IngestApi.Mark;
import io.weir.api.ingest.IngestApi.Marks;
import io.weir.edge.journal.DiskJournal;
import io.weir.edge.link.CloudLink;
import io.weir.model.fact.Lane;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks the consumers how far they are and tells the journal the least of it per lane: only that
 * lets a segment go, never Kafka's acknowledgement (DESIGN section 2). A consumer that does not
 * answer counts with its last answer; before its first one nothing is deleted. Lives on one
 * context.
 */
final class MarksPoller {
    private static final Logger LOG = LoggerFactory.getLogger(MarksPoller.class);

    private final CloudLink cloud;
    private final DiskJournal journal;
    private final GetMarks question;
    private final Map<Lane, List<String>> consumers = new EnumMap<>(Lane.class);
    private final Map<String, long[][]> answers = new HashMap<>();

    MarksPoller(CloudLink cloud, DiskJournal journal, String gateway, ForwarderConfig config) {
        this.cloud = cloud;
        this.journal = journal;
        this.question = new GetMarks(gateway, journal.id());
        consumers.put(Lane.MONEY, config.moneyConsumers());
        consumers.put(Lane.ALARM, config.alarmConsumers());
        consumers.put(Lane.TELEMETRY, config.telemetryConsumers());
    }

    void poll() {
        Set<String> all =
                consumers.values().stream().flatMap(Collection::stream).collect(Collectors.toSet());
        for (String consumer : all) {
            cloud.call(IngestApi.MARKS.at(consumer), question)
                    .onSuccess(marks -> answered(consumer, marks))
                    .onFailure(e -> LOG.debug("no marks from {}: {}", consumer, e.getMessage()));
        }
    }

    private void answered(String consumer, Marks marks) {
        long[][] numbers = new long[Lane.values().length][journal.partitions()];
        for (Mark mark : marks.marks()) {
            if (mark.partition() < journal.partitions()) {
                numbers[mark.lane().ordinal()][mark.partition()] = mark.frame();
            }
        }
        answers.put(consumer, numbers);
        consumers.forEach(
                (lane, names) -> {
                    if (answers.keySet().containsAll(names)) {
                        journal.applied(lane, least(lane, names));
                    }
                });
    }

    private long[] least(Lane lane, List<String> names) {
        long[] least = new long[journal.partitions()];
        Arrays.setAll(
                least,
                p ->
                        names.stream()
                                .map(answers::get)
                                .mapToLong(a -> a == null ? 0 : a[lane.ordinal()][p])
                                .min()
                                .orElse(0));
        return least;
    }
}
