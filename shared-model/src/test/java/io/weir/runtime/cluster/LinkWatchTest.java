package io.weir.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.runtime.cluster.LinkWatch.Peer;

import org.junit.jupiter.api.Test;

import java.util.Map;

class LinkWatchTest {
    private static final long DEAF = 15_000;

    /** Silence counts from then on: a peer that has just joined may still be starting. */
    private static final long STARTED = DEAF;

    private static final Peer DATA = new Peer("a", true);
    private static final Peer EDGE = new Peer("b", false);

    @Test
    void ofTwoCloudNodesThatHearNobodyOneStartsOverFirst() {
        LinkWatch one = watch("cloud-1", false, Map.of("cloud-2", DATA, "edge", EDGE));
        LinkWatch two = watch("cloud-2", false, Map.of("cloud-1", DATA, "edge", EDGE));
        assertThat(one.deaf(STARTED + DEAF)).isFalse();
        assertThat(one.deaf(STARTED + DEAF + 1)).isTrue();
        assertThat(two.deaf(STARTED + 2 * DEAF)).isFalse();
        assertThat(two.deaf(STARTED + 2 * DEAF + 1)).as("it was its own fault").isTrue();
    }

    @Test
    void aPeerThatCameBackUnseenIsAnotherOne() {
        LinkWatch two = watch("cloud-2", false, Map.of("cloud-1", DATA));
        long back = STARTED + DEAF;
        two.peers(Map.of("cloud-1", new Peer("c", true)), back);
        two.heard("cloud-1", 10); // by its former life
        assertThat(two.deaf(back + STARTED + 2 * DEAF)).isFalse();
        assertThat(two.deaf(back + STARTED + 2 * DEAF + 1)).isTrue();
    }

    @Test
    void whoHearsItsEdgesIsSlowToBlameItselfForAnotherCloudNode() {
        LinkWatch one = watch("cloud-1", false, Map.of("cloud-2", DATA, "edge", EDGE));
        one.heard("edge", STARTED + 3 * DEAF);
        assertThat(one.deaf(STARTED + 3 * DEAF)).isFalse();
        assertThat(one.deaf(STARTED + 3 * DEAF + 1)).isTrue();
    }

    @Test
    void anEdgeThatHearsNoDataMemberGoesAtOnceWhateverItsName() {
        LinkWatch edge = watch("zone", true, Map.of("cloud-1", DATA, "cloud-2", DATA));
        assertThat(edge.deaf(DEAF)).isFalse();
        assertThat(edge.deaf(DEAF + 1)).isTrue();
        edge.heard("cloud-2", DEAF);
        assertThat(edge.deaf(DEAF + 1)).isFalse();
    }

    @Test
    void theOnlyDataMemberWaitsThreeTimesAsLongForItsEdges() {
        LinkWatch one = watch("cloud-1", false, Map.of("edge", EDGE));
        assertThat(one.deaf(STARTED + 3 * DEAF)).isFalse();
        assertThat(one.deaf(STARTED + 3 * DEAF + 1)).isTrue();
    }

    private static LinkWatch watch(String node, boolean lite, Map<String, Peer> peers) {
        LinkWatch watch = new LinkWatch(node, lite, DEAF);
        watch.peers(peers, 0);
        return watch;
    }
}
