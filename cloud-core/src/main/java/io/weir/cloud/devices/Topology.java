package io.weir.cloud.devices;

import io.vertx.sqlclient.SqlConnection;
import io.weir.cloud.devices.ChangeStore.Marked;
import io.weir.cloud.devices.TopologyStore.Member;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Changes who stands behind whom, and lets the edge gateways know: a sub-device is served where its
 * gateway device is. Locks are taken in one order: the vendor's topology, products, devices by id,
 * then the counters of edge gateways by name.
 */
final class Topology {
    private Topology() {}

    /** What every change needs first; read the devices again afterwards. */
    static void lock(SqlConnection c, String tenant, List<Member> concerned) {
        TopologyStore.lock(c, tenant);
        var products = new TreeSet<Long>();
        var ids = new TreeSet<String>();
        for (Member member : concerned) {
            products.add(member.productId());
            ids.add(member.id());
        }
        products.forEach(product -> ChangeStore.shareProduct(c, product));
        TopologyStore.lockDevices(c, List.copyOf(ids));
    }

    /**
     * Puts devices behind a gateway device; those that are there already stay as they are.
     *
     * @param by who did it
     * @return the version to announce, 0 for none
     */
    static long link(SqlConnection c, Member gateway, List<Member> subs, Instant now, String by) {
        List<Member> news =
                subs.stream()
                        .filter(
                                sub ->
                                        !gateway.id().equals(sub.node().parent())
                                                || differs(sub.edge(), gateway.edge()))
                        .toList();
        if (news.isEmpty()) {
            return 0;
        }
        List<String> ids = news.stream().map(Member::id).toList();
        TopologyStore.link(c, gateway, ids, now, by);
        TopologyStore.move(c, ids, gateway.edge());
        return mark(c, news, gateway.edge());
    }

    /** Takes devices out of the topology; they stay at the edge gateway where they are. */
    static long unlink(SqlConnection c, List<Member> subs) {
        if (subs.isEmpty()) {
            return 0;
        }
        TopologyStore.unlink(c, subs.stream().map(Member::id).toList());
        return mark(c, subs, null);
    }

    /** A device gets another owner: neither its own place nor those behind it survive that. */
    static long dissolve(SqlConnection c, String id) {
        TopologyStore.forgetFound(c, id);
        List<Member> leaving = new ArrayList<>(TopologyStore.behind(c, id));
        TopologyStore.byId(c, List.of(id)).stream()
                .filter(own -> own.node().parent() != null)
                .forEach(leaving::add);
        return unlink(c, leaving);
    }

    /** Assigns a gateway device, and with it those behind it, to an edge gateway. */
    static long assign(SqlConnection c, List<Member> together, String edge) {
        TopologyStore.move(c, together.stream().map(Member::id).toList(), edge);
        return mark(c, together.stream().filter(Member::confirmed).toList(), edge);
    }

    /** Where they were, and where they are from now on. */
    private static long mark(SqlConnection c, List<Member> changed, @Nullable String edge) {
        Map<String, List<Marked>> byEdge = new TreeMap<>();
        for (Member member : changed) {
            var edges = new TreeSet<String>();
            if (member.edge() != null) {
                edges.add(member.edge());
            }
            if (edge != null) {
                edges.add(edge);
            }
            for (String at : edges) {
                byEdge.computeIfAbsent(at, e -> new ArrayList<>())
                        .add(new Marked(member.id(), member.node().tenant()));
            }
        }
        long last = 0;
        for (var entry : byEdge.entrySet()) {
            last = Math.max(last, ChangeStore.devices(c, entry.getKey(), entry.getValue()));
        }
        return last;
    }

    private static boolean differs(@Nullable String one, @Nullable String other) {
        return one == null ? other != null : !one.equals(other);
    }
}
