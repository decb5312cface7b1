package io.weir.edge.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FuseTest {
    private final Fuse fuse = new Fuse(3, 1000);

    @Test
    void stoppedRunsInARowSwitchItOffForItsTime() {
        assertThat(fuse.stopped(10)).isFalse();
        assertThat(fuse.stopped(20)).isFalse();
        assertThat(fuse.off(20)).isFalse();
        assertThat(fuse.stopped(30)).isTrue();
        assertThat(fuse.off(30)).isTrue();
        assertThat(fuse.off(1029)).isTrue();
        assertThat(fuse.off(1030)).isFalse();
    }

    @Test
    void afterItsTimeOneMoreIsEnoughUnlessItWorksAgain() {
        for (int i = 0; i < 3; i++) {
            fuse.stopped(0);
        }
        assertThat(fuse.stopped(1000)).isTrue();
        fuse.worked();
        assertThat(fuse.stopped(3000)).isFalse();
    }
}
