package io.weir.edge.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.guard.LagWatch.Level;
import io.weir.edge.guard.WaitingRoom.Verdict;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class WaitingRoomTest {
    private record Socket(String address, boolean tls) {}

    @Property(tries = 500)
    void theBoundsHoldAndNothingIsForgottenOrKept(@ForAll long seed) {
        Random random = new Random(seed);
        WaitingRoom room = new WaitingRoom(20, 8, 5);
        List<Socket> in = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            if (random.nextBoolean() && !in.isEmpty()) {
                Socket gone = in.remove(random.nextInt(in.size()));
                room.leave(gone.address, gone.tls);
                continue;
            }
            Socket next = new Socket("a" + random.nextInt(6), random.nextBoolean());
            long same = in.stream().filter(s -> s.address.equals(next.address)).count();
            long shaking = in.stream().filter(Socket::tls).count();
            Verdict verdict = room.enter(next.address, next.tls);
            boolean fits = in.size() < 20 && same < 8 && !(next.tls && shaking >= 5);
            assertThat(verdict == Verdict.IN).as("seed %d step %d", seed, i).isEqualTo(fits);
            if (fits) {
                in.add(next);
            }
            assertThat(room.size()).isEqualTo(in.size());
            assertThat(room.addresses())
                    .isEqualTo((int) in.stream().map(Socket::address).distinct().count());
        }
        in.forEach(s -> room.leave(s.address, s.tls));
        assertThat(room.size() + room.handshaking() + room.addresses()).isZero();
    }

    @Test
    void aLateLoopFirstRefusesThenShedsThenIsCalmAgain() {
        LagWatch watch = new LagWatch(100, 200, 0);
        assertThat(watch.looked(100)).isEqualTo(Level.CALM);
        assertThat(watch.looked(400)).as("exactly 200 late").isEqualTo(Level.CALM);
        assertThat(watch.looked(701)).as("a hiccup").isEqualTo(Level.CALM);
        assertThat(watch.lateMs()).isEqualTo(201);
        assertThat(watch.looked(1_100)).isEqualTo(Level.REFUSE);
        assertThat(watch.looked(1_200)).as("in time once").isEqualTo(Level.REFUSE);
        assertThat(watch.looked(1_600)).isEqualTo(Level.SHED);
        assertThat(watch.looked(1_700)).as("in time once").isEqualTo(Level.REFUSE);
        long now = 1_700;
        while (now < 2_500) {
            now += 100;
            assertThat(watch.looked(now)).isEqualTo(Level.REFUSE);
        }
        assertThat(watch.looked(2_600)).isEqualTo(Level.CALM);
        // A timer that catches up fires early: that is not being late.
        assertThat(watch.looked(2_600)).isEqualTo(Level.CALM);
        assertThat(watch.lateMs()).isZero();
        assertThat(watch.looked(3_000)).as("counted anew").isEqualTo(Level.CALM);
        assertThat(watch.looked(3_100)).isEqualTo(Level.CALM);
    }
}
