package io.weir.cloud;

import io.weir.model.fact.Lane;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Makes the topics that are missing and refuses to start on topics that could lose what was
 * acknowledged.
 */
public final class Topics {
    /** Facts of contexts, from their outboxes. */
    public static final String EVENTS = "weir.events.v1";

    /**
     * The broker's own time, never the gateway's: Kafka refuses what is stamped an hour ahead of
     * its clock, so a gateway with a wrong clock would tell nothing any more, and ages what is
     * stamped long ago.
     */
    private static final String STAMP = "message.timestamp.type";

    private static final String STAMPED_BY_BROKER = "LogAppendTime";
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private Topics() {}

    /**
     * @param partitions of each topic; never changed for a topic version, since a device's facts
     *     stay in their partition
     * @param replication 3 in production
     * @param minInsync 2 in production
     * @param retentionHours how long consumers may be away
     */
    public record TopicsConfig(
            int partitions, int replication, int minInsync, int retentionHours) {}

    public static void ensure(String bootstrap, TopicsConfig config) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            Set<String> there = admin.listTopics().names().get();
            List<NewTopic> missing =
                    names().filter(name -> !there.contains(name))
                            .map(
                                    name ->
                                            new NewTopic(
                                                            name,
                                                            config.partitions(),
                                                            (short) config.replication())
                                                    .configs(
                                                            Map.of(
                                                                    "min.insync.replicas",
                                                                    String.valueOf(
                                                                            config.minInsync()),
                                                                    "retention.ms",
                                                                    String.valueOf(
                                                                            config.retentionHours()
                                                                                    * 3_600_000L),
                                                                    STAMP,
                                                                    STAMPED_BY_BROKER,
                                                                    "max.message.bytes",
                                                                    "2097152")))
                            .toList();
            create(admin, missing);
            if (!missing.isEmpty()) {
                LOG.info("made topics {}", missing.stream().map(NewTopic::name).toList());
            }
            stampByBroker(admin, there);
            check(admin, config);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making topics", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka at " + bootstrap + ": " + e.getCause(), e);
        }
    }

    /** Another node may make them at the same time; brokers hear of a new topic a little later. */
    private static void create(Admin admin, List<NewTopic> topics)
            throws InterruptedException, ExecutionException {
        for (var made : admin.createTopics(topics).values().values()) {
            try {
                made.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        long giveUp = System.nanoTime() + KNOWN_WITHIN.toNanos();
        while (true) {
            try {
                admin.describeTopics(names().toList()).allTopicNames().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || System.nanoTime() > giveUp) {
                    throw e;
                }
            }
        }
    }

    /** Topics that were made before this was a rule are changed. */
    private static void stampByBroker(Admin admin, Set<String> there)
            throws InterruptedException, ExecutionException {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        names().filter(there::contains)
                .forEach(
                        name ->
                                changes.put(
                                        new ConfigResource(ConfigResource.Type.TOPIC, name),
                                        List.of(
                                                new AlterConfigOp(
                                                        new ConfigEntry(STAMP, STAMPED_BY_BROKER),
                                                        AlterConfigOp.OpType.SET))));
        admin.incrementalAlterConfigs(changes).all().get();
    }

    private static void check(Admin admin, TopicsConfig config)
            throws InterruptedException, ExecutionException {
        List<String> names = names().toList();
        List<String> faults = new ArrayList<>();
        admin.describeTopics(names)
                .allTopicNames()
                .get()
                .forEach(
                        (name, topic) -> {
                            if (topic.partitions().size() != config.partitions()) {
                                faults.add(
                                        name
                                                + " has "
                                                + topic.partitions().size()
                                                + " partitions, settings say "
                                                + config.partitions());
                            }
                            if (topic.partitions().getFirst().replicas().size()
                                    < config.replication()) {
                                faults.add(
                                        name
                                                + " has fewer than "
                                                + config.replication()
                                                + " replicas");
                            }
                        });
        var resources =
                names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
        admin.describeConfigs(resources)
                .all()
                .get()
                .forEach(
                        (resource, values) -> {
                            int minInsync =
                                    Integer.parseInt(values.get("min.insync.replicas").value());
                            if (minInsync < config.minInsync()) {
                                faults.add(
                                        resource.name()
                                                + " has min.insync.replicas "
                                                + minInsync
                                                + ", needs "
                                                + config.minInsync());
                            }
                        });
        if (!faults.isEmpty()) {
            throw new IllegalStateException("Kafka topics:\n  " + String.join("\n  ", faults));
        }
    }

    private static Stream<String> names() {
        return Stream.concat(Stream.of(Lane.values()).map(Lane::topic), Stream.of(EVENTS));
    }
}
