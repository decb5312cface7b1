package io.weir.runtime.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One node's clustered Vert.x instance, kept alive. It may be closed and built anew at any time:
 * after restarts of others Hazelcast's subscriptions go stale and the bus goes deaf without any
 * error (facts/probes.md 2, iot-platforms.md 3.2 #1-3). So every node asks every peer both ways,
 * and one that hears nobody for 15 s starts over. All of that runs on one thread of its own; {@link
 * Listener} is called on it.
 */
public final class ClusterNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
    private static final long ASK_EVERY_MS = 10_000;
    private static final long ASK_AGAIN_MS = 4_000;
    private static final long DEAF_MS = 15_000;
    private static final long ANSWER_WITHIN_MS = 2_000;
    private static final int CONNECT_WITHIN_MS = 1_000;
    private static final int USUAL_PORT = 5701;

    /** Longer than a data member takes from opening its port to joining. */
    private static final long JOINED_BY_MS = 30_000;

    private static final long JOIN_POLL_MS = 50;

    /**
     * Told when there is a new instance and before the old one goes. Calls block the supervisor, so
     * be brief.
     */
    public interface Listener {
        /** A fresh clustered instance: register consumers, deploy verticles. */
        void up(Vertx clustered);

        /** It is about to be closed. */
        void down(Vertx clustered);
    }

    /** What wakes the supervisor. */
    private enum Wake {
        MEMBERS_CHANGED,
        HEARD,
        CLOSE
    }

    private final ClusterSettings settings;
    private final Time time;
    private final Listener listener;
    private final LinkedBlockingQueue<Wake> wakes = new LinkedBlockingQueue<>();
    private final Map<String, Long> heard = new java.util.concurrent.ConcurrentHashMap<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("weir-cluster").factory());
    private volatile boolean closing;
    private volatile boolean healthy;
    private volatile int builds;

    public ClusterNode(ClusterSettings settings, Time time, Listener listener) {
        this.settings = settings;
        this.time = time;
        this.listener = listener;
    }

    /**
     * Starts the supervisor and returns at once; {@link Listener#up} tells when the bus is there.
     */
    public void start() {
        var unused = thread.submit(this::supervise);
    }

    /** Round trips to the peers that matter work. */
    public boolean healthy() {
        return healthy;
    }

    /** How often the instance was built; 1 in a quiet life. */
    public int builds() {
        return builds;
    }

    @Override
    public void close() {
        closing = true;
        wakes.add(Wake.CLOSE);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(20, TimeUnit.SECONDS)) {
                LOG.warn("the cluster supervisor did not stop within 20 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void supervise() {
        int failures = 0;
        while (!closing) {
            if (settings.lite() && !someMemberListens()) {
                failures++;
                pause(backoffMs(failures));
                continue;
            }
            if (joinAndRun()) {
                failures = 0;
            } else {
                failures++;
                pause(backoffMs(failures));
            }
        }
    }

    /** False when it never came to a working instance. */
    private boolean joinAndRun() {
        HazelcastInstance hazelcast = null;
        try {
            hazelcast = Hazelcast.newHazelcastInstance(HazelcastConfig.of(settings));
            awaitDataMember(hazelcast);
            Vertx vertx = build(new HazelcastClusterManager(hazelcast));
            builds++;
            run(vertx, hazelcast);
            return true;
        } catch (Exception e) {
            LOG.info("cluster not joined yet ({}), trying again", rootMessage(e));
            return false;
        } finally {
            if (hazelcast != null) {
                hazelcast.shutdown();
            }
        }
    }

    /**
     * A data member that starts may find this one before it has made its own cluster, and then
     * joins here: Vert.x would fail at once for want of a data member, and leave that one waiting.
     */
    private void awaitDataMember(HazelcastInstance hazelcast) {
        long deadline = nowMs() + JOINED_BY_MS;
        while (hazelcast.getCluster().getMembers().stream().allMatch(Member::isLiteMember)) {
            if (closing || nowMs() > deadline) {
                throw new IllegalStateException(
                        "no data member came within " + JOINED_BY_MS + " ms");
            }
            pause(JOIN_POLL_MS);
        }
    }

    /**
     * A lite member alone can only make a cluster without data and give it up again. That costs a
     * core, and the data member that comes back meanwhile falls into it and waits 20 s for a master
     * that is gone (measured), so a lite member comes second.
     */
    private boolean someMemberListens() {
        return settings.members().stream().anyMatch(ClusterNode::listens);
    }

    private static boolean listens(String member) {
        int colon = member.lastIndexOf(':');
        String host = colon < 0 ? member : member.substring(0, colon);
        int port = colon < 0 ? USUAL_PORT : Integer.parseInt(member.substring(colon + 1));
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_WITHIN_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Vertx build(HazelcastClusterManager manager) throws Exception {
        var options = new VertxOptions();
        options.getEventBusOptions().setHost(settings.host());
        return Vertx.builder()
                .with(options)
                .withClusterManager(manager)
                .buildClustered()
                .await(60, TimeUnit.SECONDS);
    }

    private void run(Vertx vertx, HazelcastInstance hazelcast) {
        LinkWatch watch = new LinkWatch(settings.node(), settings.lite(), DEAF_MS);
        wakes.clear();
        heard.clear();
        servePings(vertx);
        var registration =
                hazelcast
                        .getCluster()
                        .addMembershipListener(
                                new MembershipListener() {
                                    @Override
                                    public void memberAdded(MembershipEvent event) {
                                        wakes.add(Wake.MEMBERS_CHANGED);
                                    }

                                    @Override
                                    public void memberRemoved(MembershipEvent event) {
                                        wakes.add(Wake.MEMBERS_CHANGED);
                                    }
                                });
        listener.up(vertx);
        try {
            listen(vertx, hazelcast, watch);
        } finally {
            healthy = false;
            listener.down(vertx);
            hazelcast.getCluster().removeMembershipListener(registration);
            close(vertx);
        }
    }

    /** Returns when the instance must go: told to close, no data member left, or deaf. */
    private void listen(Vertx vertx, HazelcastInstance hazelcast, LinkWatch watch) {
        while (true) {
            Map<String, LinkWatch.Peer> peers = peers(hazelcast);
            if (settings.lite() && peers.values().stream().noneMatch(LinkWatch.Peer::data)) {
                LOG.info("no data member left: the link is built anew");
                return;
            }
            long asked = nowMs();
            watch.peers(peers, asked);
            peers.keySet().forEach(peer -> ask(vertx, peer));
            Wake wake = next(ASK_AGAIN_MS);
            drainHeard(watch);
            // who has not answered is asked again soon: one lost question makes nobody deaf
            if (wake == null && watch.heardAllSince(asked)) {
                wake = next(ASK_EVERY_MS - ASK_AGAIN_MS);
            }
            if (closing || wake == Wake.CLOSE) {
                return;
            }
            drainHeard(watch);
            healthy = watch.healthy(nowMs());
            if (watch.deaf(nowMs())) {
                LOG.warn(
                        "heard no data member, or nobody, of {} for {} ms or more: the clustered"
                                + " instance is built anew",
                        peers.keySet(),
                        DEAF_MS);
                return;
            }
        }
    }

    /** Waits for the answers of a round or for news of members, whichever comes first. */
    private @Nullable Wake next(long withinMs) {
        long deadline = nowMs() + withinMs;
        while (true) {
            try {
                Wake wake = wakes.poll(Math.max(0, deadline - nowMs()), TimeUnit.MILLISECONDS);
                if (wake == Wake.HEARD) {
                    healthy = true;
                    continue;
                }
                return wake;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Wake.CLOSE;
            }
        }
    }

    private void drainHeard(LinkWatch watch) {
        heard.forEach(watch::heard);
    }

    /** The peer answers only after it has asked us back: a reply proves both directions. */
    private void ask(Vertx vertx, String peer) {
        var options = new DeliveryOptions().setSendTimeout(ANSWER_WITHIN_MS * 2);
        vertx.eventBus()
                .<String>request("weir.ping@" + peer, settings.node(), options)
                .onSuccess(
                        reply -> {
                            heard.put(peer, nowMs());
                            wakes.add(Wake.HEARD);
                        });
    }

    private void servePings(Vertx vertx) {
        vertx.eventBus()
                .<String>consumer(
                        "weir.ping@" + settings.node(),
                        ping -> {
                            var options = new DeliveryOptions().setSendTimeout(ANSWER_WITHIN_MS);
                            vertx.eventBus()
                                    .<String>request("weir.echo@" + ping.body(), "", options)
                                    .onSuccess(echo -> ping.reply(""))
                                    .onFailure(e -> ping.fail(1, "I can't reach you"));
                        });
        vertx.eventBus().<String>consumer("weir.echo@" + settings.node(), echo -> echo.reply(""));
    }

    private static Map<String, LinkWatch.Peer> peers(HazelcastInstance hazelcast) {
        Map<String, LinkWatch.Peer> peers = new HashMap<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            String name = member.getAttribute(HazelcastConfig.NODE);
            if (!member.localMember() && name != null) {
                peers.put(
                        name,
                        new LinkWatch.Peer(member.getUuid().toString(), !member.isLiteMember()));
            }
        }
        return peers;
    }

    private void close(Vertx vertx) {
        try {
            vertx.close().await(15, TimeUnit.SECONDS);
        } catch (Exception e) {
            LOG.warn("the old clustered instance did not close cleanly: {}", rootMessage(e));
        }
    }

    private void pause(long ms) {
        try {
            wakes.poll(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long backoffMs(int failures) {
        return Math.min(500L * failures, 2_000) + ThreadLocalRandom.current().nextLong(500);
    }

    private long nowMs() {
        return time.tick().ms();
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
