package io.weir.cloud.facts;

import io.micrometer.core.instrument.Tags;
import io.weir.model.fact.Lane;
import io.weir.runtime.health.Health;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an operator must know of a consumer: journals that wait behind a gap, and transactions that
 * keep failing. A gap is no reason to call the node unready: the others go on, and another node
 * could do no better.
 */
final class Alarms {
    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);
    private static final int SHOWN = 20;
    private static final int FAILURES_TO_ALARM = 5;

    private record Where(Lane lane, Mark.Key key) {
        @Override
        public String toString() {
            return lane + "/" + key.partition() + " " + key.gateway() + " " + key.journal();
        }
    }

    private final String consumer;
    private final Map<Where, Mark> stopped = new ConcurrentHashMap<>();
    private final Map<Lane, String> failing = new ConcurrentHashMap<>();
    private final Map<Lane, Integer> failures = new ConcurrentHashMap<>();

    /**
     * @param instance tells the instances of one consumer in one process apart
     */
    Alarms(FactSpec spec, FactRuntime runtime, long instance) {
        this.consumer = spec.name();
        runtime.metrics()
                .registry()
                .gauge(
                        "weir.facts.stopped",
                        Tags.of("consumer", consumer, "instance", String.valueOf(instance)),
                        stopped,
                        Map::size);
        runtime.health().register("facts-" + consumer + "-" + instance, this::report);
    }

    void stopped(Lane lane, Mark.Key key, Mark mark) {
        if (stopped.put(new Where(lane, key), mark) == null) {
            LOG.error(
                    "{}: {} of gateway {}, journal {} stops in partition {}: frame {} came, {} is"
                            + " missing; waiting for the gateway to send it again",
                    consumer,
                    lane,
                    key.gateway(),
                    key.journal(),
                    key.partition(),
                    mark.stoppedFrame(),
                    mark.frame() + 1);
        }
    }

    void resumed(Lane lane, Mark.Key key) {
        if (stopped.remove(new Where(lane, key)) != null) {
            LOG.warn(
                    "{}: {} of gateway {}, journal {} goes on in partition {}",
                    consumer,
                    lane,
                    key.gateway(),
                    key.journal(),
                    key.partition());
        }
    }

    /** What the database says of partitions that were just taken. */
    void replace(Lane lane, Collection<Integer> partitions, Map<Mark.Key, Mark> now) {
        stopped.keySet()
                .removeIf(
                        w ->
                                w.lane() == lane
                                        && partitions.contains(w.key().partition())
                                        && !now.containsKey(w.key()));
        now.forEach((key, mark) -> stopped(lane, key, mark));
    }

    /** The other partitions are another node's to worry about. */
    void keepOnly(Lane lane, Collection<Integer> partitions) {
        stopped.keySet()
                .removeIf(w -> w.lane() == lane && !partitions.contains(w.key().partition()));
    }

    void failed(Lane lane, Throwable why) {
        int times = failures.merge(lane, 1, Integer::sum);
        if (times >= FAILURES_TO_ALARM) {
            failing.put(lane, times + " times: " + why);
        }
        if (Integer.bitCount(times) == 1) {
            LOG.warn("{}: {} failed {} times in a row, will try again", consumer, lane, times, why);
        }
    }

    void worked(Lane lane) {
        if (failures.remove(lane) != null && failing.remove(lane) != null) {
            LOG.info("{}: {} works again", consumer, lane);
        }
    }

    private Health.Report report() {
        Map<String, Object> detail = new TreeMap<>();
        detail.put("stopped", stopped.size());
        if (!stopped.isEmpty()) {
            detail.put(
                    "alarm_gaps",
                    stopped.entrySet().stream()
                            .limit(SHOWN)
                            .map(e -> e.getKey() + " needs frame " + (e.getValue().frame() + 1))
                            .sorted()
                            .toList());
        }
        if (!failing.isEmpty()) {
            detail.put("alarm_failing", failing.toString());
        }
        return new Health.Report(failing.isEmpty(), detail);
    }
}
