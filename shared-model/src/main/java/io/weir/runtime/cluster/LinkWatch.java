package io.weir.runtime.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides, from round trips to the peers, whether this node has gone deaf. Pure: ticks come from
 * outside.
 *
 * <p>A peer is heard when a question to it and its question back to us both came through. A lite
 * member (an edge) is deaf when it hears no data member for {@code deafMs}; starting over costs it
 * nothing. A data member takes its API away when it starts over, so it is slower to:
 *
 * <ul>
 *   <li>Nobody is heard for {@code deafMs}; or no other data member for three times as long while
 *       edges are, since that is more likely the other's trouble. The only data member waits three
 *       times as long for its edges.
 *   <li>A peer that has just joined is still starting: its silence counts from {@code deafMs}
 *       later.
 *   <li>Silence between data members is noticed on both sides at once. They go one after the other,
 *       by name: each waits as many times as long as it is in turn, finds a fresh peer and stays.
 * </ul>
 */
final class LinkWatch {
    /**
     * A member of the cluster.
     *
     * @param life another one after it left and came back, though nobody saw it missing
     */
    record Peer(String life, boolean data) {}

    private static final int EDGES_ALONE = 3;

    private final String node;
    private final boolean lite;
    private final long deafMs;
    private final Map<String, Long> silentSince = new HashMap<>();
    private final Map<String, String> lives = new HashMap<>();
    private final Set<String> dataMembers = new HashSet<>();

    LinkWatch(String node, boolean lite, long deafMs) {
        this.node = node;
        this.lite = lite;
        this.deafMs = deafMs;
    }

    /** The peers that membership knows now, by name. */
    void peers(Map<String, Peer> peers, long nowMs) {
        silentSince.keySet().retainAll(peers.keySet());
        lives.keySet().retainAll(peers.keySet());
        dataMembers.clear();
        peers.forEach(
                (name, peer) -> {
                    if (!peer.life().equals(lives.put(name, peer.life()))) {
                        silentSince.put(name, lite ? nowMs : nowMs + deafMs);
                    }
                    if (peer.data()) {
                        dataMembers.add(name);
                    }
                });
    }

    void heard(String peer, long nowMs) {
        silentSince.computeIfPresent(peer, (name, since) -> Math.max(since, nowMs));
    }

    boolean deaf(long nowMs) {
        if (lite) {
            return !dataMembers.isEmpty() && allSilent(dataMembers, nowMs, deafMs);
        }
        if (dataMembers.isEmpty()) {
            return !silentSince.isEmpty()
                    && allSilent(silentSince.keySet(), nowMs, EDGES_ALONE * deafMs);
        }
        return allSilent(silentSince.keySet(), nowMs, turn() * deafMs)
                || allSilent(dataMembers, nowMs, turn() * EDGES_ALONE * deafMs);
    }

    /** True when every peer that counts for this node was heard lately. */
    boolean healthy(long nowMs) {
        return (!lite || !dataMembers.isEmpty())
                && counting().stream().noneMatch(p -> silent(p, nowMs, deafMs));
    }

    /** Every peer that counts was heard since, or has only just joined. */
    boolean heardAllSince(long ms) {
        return counting().stream().allMatch(p -> silentSince.getOrDefault(p, ms) >= ms);
    }

    private Set<String> counting() {
        return lite ? dataMembers : silentSince.keySet();
    }

    /** Which one this is of the data members, from 1 on. */
    private long turn() {
        return 1 + dataMembers.stream().filter(peer -> peer.compareTo(node) < 0).count();
    }

    private boolean allSilent(Set<String> peers, long nowMs, long limitMs) {
        return peers.stream().allMatch(p -> silent(p, nowMs, limitMs));
    }

    private boolean silent(String peer, long nowMs, long limitMs) {
        return nowMs - silentSince.getOrDefault(peer, nowMs) > limitMs;
    }
}
