package io.weir.runtime.cluster;

import java.util.List;

/**
 * How a node joins the others (DESIGN section 2, cluster mode).
 *
 * @param node stable name, told to the peers
 * @param host the address that Hazelcast and the event bus listen on
 * @param port Hazelcast's port; the event bus takes a free one
 * @param members host:port of the fixed members; no multicast
 * @param lite true at the edge: holds no data and cannot start alone
 */
public record ClusterSettings(
        String node, String host, int port, List<String> members, boolean lite) {}
