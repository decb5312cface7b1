package io.weir.cloud.facts;

import io.vertx.sqlclient.SqlConnection;
import io.weir.model.fact.Lane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shares the partitions of a consumer out among its living owners (node and instance), each taking
 * its fair share per lane and giving back what is more. Expiry goes by the database's clock; what
 * makes it safe is not the clock but the token that each applying transaction checks.
 */
final class Leases {
    private final LeaseStore store;
    private final FactRuntime runtime;
    private final FactConfig config;
    private final Map<Lane, Integer> partitions;
    private final LeaseStore.Owner me;
    private final Map<Lane, Map<Integer, Long>> held = new ConcurrentHashMap<>();
    private boolean first = true;
    private volatile boolean alone = true;

    /**
     * @param instance tells the instances of one consumer in one process apart
     * @param partitions how many each lane's topic has
     */
    Leases(
            FactRuntime runtime,
            FactSpec spec,
            FactConfig config,
            long instance,
            Map<Lane, Integer> partitions) {
        this.store = new LeaseStore(spec);
        this.runtime = runtime;
        this.config = config;
        this.partitions = partitions;
        this.me = new LeaseStore.Owner(runtime.node(), runtime.time().tick().boot(), instance);
    }

    /** Partition -> fencing token of what is ours, as far as we know. */
    Map<Integer, Long> held(Lane lane) {
        return held.getOrDefault(lane, Map.of());
    }

    /** Nobody else could read what we don't. */
    boolean alone() {
        return alone;
    }

    /** A transaction found that this one is somebody else's now. */
    void lost(Lane lane, int partition) {
        held.computeIfPresent(
                lane,
                (l, tokens) -> {
                    Map<Integer, Long> rest = new HashMap<>(tokens);
                    rest.remove(partition);
                    return Map.copyOf(rest);
                });
    }

    /** One sign of life: renew, count the living, take or give back. */
    void renew() {
        boolean start = first;
        Map<Lane, Map<Integer, Long>> now =
                runtime.tx()
                        .system(
                                tx -> {
                                    if (start) {
                                        partitions.forEach((l, n) -> store.prepare(tx, l, n));
                                        store.buryFormerSelf(tx, me);
                                    }
                                    return share(tx, start);
                                });
        first = false;
        partitions.keySet().forEach(lane -> held.put(lane, now.getOrDefault(lane, Map.of())));
    }

    /** Gives everything back, so that others need not wait. */
    void release() {
        held.clear();
        runtime.tx()
                .system(
                        tx -> {
                            store.leave(tx, me);
                            return true;
                        });
    }

    private Map<Lane, Map<Integer, Long>> share(SqlConnection tx, boolean start) {
        int living = store.alive(tx, me, config.leaseTtl());
        alone = living < 2;
        Map<Lane, Map<Integer, Long>> mine = store.renew(tx, me, config.leaseTtl());
        Map<Lane, Map<Integer, Long>> shared = new HashMap<>();
        partitions.forEach(
                (lane, count) -> {
                    Map<Integer, Long> tokens = new HashMap<>(mine.getOrDefault(lane, Map.of()));
                    int fair = Math.ceilDiv(count, living);
                    if (tokens.size() < fair) {
                        tokens.putAll(
                                store.take(
                                        tx,
                                        me,
                                        lane,
                                        fair - tokens.size(),
                                        config.leaseTtl(),
                                        start));
                    } else if (tokens.size() > fair) {
                        List<Integer> surplus =
                                new ArrayList<>(tokens.keySet().stream().sorted().toList())
                                        .subList(fair, tokens.size());
                        store.giveBack(tx, me, lane, surplus);
                        surplus.forEach(tokens::remove);
                    }
                    shared.put(lane, Map.copyOf(tokens));
                });
        return shared;
    }
}
