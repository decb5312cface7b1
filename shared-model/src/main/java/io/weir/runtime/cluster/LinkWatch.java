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
 * member (an edge) is deaf when it hears no data member for {@code deafMs}. A data member is deaf
 * when it hears none of the other data members for that long; where it is the only one, all of its
 * lite peers must be silent for three times as long, since one silent edge is more likely the
 * edge's own trouble.
 */
final class LinkWatch {
    private final boolean lite;
    private final long deafMs;
    private final Map<String, Long> silentSince = new HashMap<>();
    private final Set<String> dataMembers = new HashSet<>();

    LinkWatch(boolean lite, long deafMs) {
        this.lite = lite;
        this.deafMs = deafMs;
    }

    /** The peers that membership knows now: name -> is it a data member. */
    void peers(Map<String, Boolean> peers, long nowMs) {
        silentSince.keySet().retainAll(peers.keySet());
        dataMembers.clear();
        peers.forEach(
                (name, data) -> {
                    silentSince.putIfAbsent(name, nowMs);
                    if (data) {
                        dataMembers.add(name);
                    }
                });
    }

    void heard(String peer, long nowMs) {
        silentSince.computeIfPresent(peer, (name, since) -> nowMs);
    }

    boolean deaf(long nowMs) {
        if (!dataMembers.isEmpty()) {
            return allSilent(dataMembers, nowMs, deafMs);
        }
        return !lite
                && !silentSince.isEmpty()
                && allSilent(silentSince.keySet(), nowMs, 3 * deafMs);
    }

    /** True when every peer that counts for this node was heard lately. */
    boolean healthy(long nowMs) {
        Set<String> counts = lite ? dataMembers : silentSince.keySet();
        return (!lite || !dataMembers.isEmpty())
                && counts.stream().noneMatch(p -> silent(p, nowMs, deafMs));
    }

    private boolean allSilent(Set<String> peers, long nowMs, long limitMs) {
        return peers.stream().allMatch(p -> silent(p, nowMs, limitMs));
    }

    private boolean silent(String peer, long nowMs, long limitMs) {
        return nowMs - silentSince.getOrDefault(peer, nowMs) > limitMs;
    }
}
