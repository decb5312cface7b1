package io.weir.cloud.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.devices.TopologyOps.NodeType;
import io.weir.cloud.devices.TopologyFlow.Node;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whatever is asked in whatever order, the topology stays a set of gateways with their subs. */
class TopologyFlowTest {
    private static final int DEVICES = 8;

    /**
     * Device {@code sub} behind {@code gateway}, or out of it; or all of a product become a kind.
     */
    record Step(int gateway, int sub, boolean add, boolean kind, NodeType type) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> device = Arbitraries.integers().between(0, DEVICES - 1);
        return Combinators.combine(
                        device,
                        device,
                        Arbitraries.frequencyOf(
                                Tuple.of(4, Arbitraries.just(true)),
                                Tuple.of(1, Arbitraries.just(false))),
                        Arbitraries.integers().between(0, 4).map(n -> n == 0),
                        Arbitraries.of(NodeType.class))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 2000)
    void thereAreNoLoopsNobodyHasTwoGatewaysAndOwnersDoNotMix(@ForAll("steps") List<Step> steps) {
        Map<Integer, NodeType> types = new HashMap<>();
        Map<Integer, Integer> parents = new HashMap<>();
        for (int i = 0; i < DEVICES; i++) {
            types.put(i, i % 2 == 0 ? NodeType.GATEWAY : NodeType.SUB);
        }
        for (Step s : steps) {
            boolean placed = parents.containsKey(s.sub()) || parents.containsValue(s.sub());
            if (s.kind() && !placed) {
                types.put(s.sub(), s.type());
            } else if (!s.add()) {
                parents.remove(s.sub());
            } else if (TopologyFlow.add(
                            node(s.gateway(), types, parents), node(s.sub(), types, parents), true)
                    == TopologyFlow.OK) {
                parents.put(s.sub(), s.gateway());
            }
            for (var link : parents.entrySet()) {
                Set<Integer> path = new HashSet<>();
                for (Integer at = link.getKey(); at != null; at = parents.get(at)) {
                    assertThat(path.add(at)).as("a loop through " + at).isTrue();
                }
                assertThat(path).as("nobody is behind a sub-device").hasSize(2);
                assertThat(tenant(link.getKey())).isEqualTo(tenant(link.getValue()));
                assertThat(types.get(link.getValue())).isEqualTo(NodeType.GATEWAY);
            }
        }
    }

    private static String tenant(int device) {
        return device < DEVICES / 2 ? "/DEMO/" : "/OTHR/";
    }

    private static Node node(int id, Map<Integer, NodeType> types, Map<Integer, Integer> parents) {
        Integer parent = parents.get(id);
        return new Node(
                "D" + id,
                tenant(id),
                types.getOrDefault(id, NodeType.DIRECT),
                true,
                parent == null ? null : "D" + parent,
                parents.values().stream().filter(p -> p == id).count());
    }

    @Test
    void eachRefusalHasItsCode() {
        Node gateway = new Node("G", "/DEMO/", NodeType.GATEWAY, true, null, 3);
        Node sub = new Node("S", "/DEMO/", NodeType.SUB, true, null, 0);
        assertThat(TopologyFlow.add(gateway, sub, true)).isEqualTo(200);
        assertThat(TopologyFlow.add(gateway, sub, false)).isEqualTo(401);
        assertThat(TopologyFlow.add(gateway, null, false)).isEqualTo(6100);
        assertThat(TopologyFlow.add(gateway, gateway, true)).isEqualTo(6402);
        assertThat(TopologyFlow.add(sub, gateway, true)).isEqualTo(403);
        var foreign = new Node("F", "/OTHR/", NodeType.SUB, true, null, 0);
        assertThat(TopologyFlow.add(gateway, foreign, true)).isEqualTo(6100);
        var direct = new Node("D", "/DEMO/", NodeType.DIRECT, true, null, 0);
        assertThat(TopologyFlow.add(gateway, direct, true)).isEqualTo(460);
        var disabled = new Node("X", "/DEMO/", NodeType.SUB, false, null, 0);
        assertThat(TopologyFlow.add(gateway, disabled, true)).isEqualTo(522);
        assertThat(TopologyFlow.room(gateway, 2, 5)).isEqualTo(200);
        assertThat(TopologyFlow.room(gateway, 3, 5)).isEqualTo(428);
        assertThat(TopologyFlow.register(gateway, sub, true)).isEqualTo(6289);
        var elsewhere = new Node("S", "/DEMO/", NodeType.SUB, true, "H", 0);
        assertThat(TopologyFlow.register(gateway, elsewhere, false)).isEqualTo(6289);
        var own = new Node("S", "/DEMO/", NodeType.SUB, true, "G", 0);
        assertThat(TopologyFlow.register(gateway, own, true)).isEqualTo(200);
    }
}
