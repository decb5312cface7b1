package io.weir.cloud.devices;

import static io.weir.cloud.devices.LifecycleFlow.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.devices.LifecycleFlow.State;
import io.weir.cloud.devices.LifecycleFlow.Verdict;
import io.weir.model.access.Role;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Whatever is asked by whomever in whatever order, a device stays on its way. */
class LifecycleFlowTest {
    private static final Set<Role> MOVERS =
            EnumSet.of(Role.PLATFORM, Role.VENDOR, Role.AGENT, Role.DEALER);

    @Property(tries = 3000)
    void nothingLeavesTheScrapHeapNorServesUninstalledNorPassesStockUnconfirmed(
            @ForAll List<State> wishes, @ForAll List<Role> roles, @ForAll boolean confirmed) {
        State at = confirmed ? State.STOCKED : State.PRODUCED;
        boolean installed = false;
        boolean scrapped = false;
        for (int i = 0; i < Math.min(wishes.size(), roles.size()); i++) {
            State to = wishes.get(i);
            Verdict said = verdict(at, to, confirmed, roles.get(i));
            if (said != Verdict.YES) {
                continue;
            }
            assertThat(scrapped).as("nothing comes back from the scrap heap").isFalse();
            assertThat(MOVERS).contains(roles.get(i));
            assertThat(to).as("only production makes it").isNotEqualTo(State.PRODUCED);
            if (to == State.SERVING) {
                assertThat(installed).isTrue();
            }
            if (to.halted() || at.halted()) {
                assertThat(roles.get(i)).isIn(Role.PLATFORM, Role.VENDOR);
            }
            if (!confirmed) {
                assertThat(to).isIn(State.QC, State.SCRAPPED);
            }
            installed = to == State.INSTALLED || (installed && to != State.RECOVERED);
            scrapped = to == State.SCRAPPED;
            at = to;
        }
    }

    @Test
    void everyStateHasAWayToTheScrapHeapAndFromProduction() {
        for (State from : State.values()) {
            assertThat(reachable(from)).as(from.name()).contains(State.SCRAPPED);
        }
        assertThat(reachable(State.PRODUCED)).containsAll(EnumSet.allOf(State.class));
    }

    @Test
    void refusalsSayWhy() {
        assertThat(verdict(State.SCRAPPED, State.SERVING, true, Role.PLATFORM))
                .isEqualTo(Verdict.NO_WAY);
        assertThat(verdict(State.QC, State.STOCKED, false, Role.VENDOR))
                .isEqualTo(Verdict.NOT_IN_STOCK);
        assertThat(verdict(State.SUSPENDED, State.SERVING, true, Role.DEALER))
                .isEqualTo(Verdict.NOT_YOURS);
        assertThat(verdict(State.STOCKED, State.ALLOTTED, true, Role.DEALER))
                .isEqualTo(Verdict.NOT_YOURS);
    }

    private static Set<State> reachable(State from) {
        Set<State> seen = EnumSet.of(from);
        boolean more = true;
        while (more) {
            more = false;
            for (State at : List.copyOf(seen)) {
                for (State to : State.values()) {
                    boolean may = verdict(at, to, true, Role.PLATFORM) == Verdict.YES;
                    more |= may && seen.add(to);
                }
            }
        }
        return seen;
    }
}
