package io.weir.cloud.dispense;

import io.weir.api.dispense.DispenseOps.DispenseView;
import io.weir.model.Money;
import io.weir.model.dispense.DispenseState;

import org.jspecify.annotations.Nullable;

/** What others see of a dispense. */
final class Views {
    private Views() {}

    static DispenseView of(Dispense d) {
        Course c = d.course();
        return new DispenseView(
                d.id(),
                d.order().deviceId(),
                d.order().member(),
                c.state(),
                d.order().outlet(),
                d.order().orderedMl(),
                d.pouredMl(),
                d.billedMl(),
                Math.max(0, d.pouredMl() - d.order().orderedMl()),
                c.secondsRun(),
                d.order().terms().price(),
                d.order().hold(),
                d.order().tariff(d.billedMl()),
                charged(c),
                c.refunded(),
                c.reason(),
                d.order().channel(),
                d.order().created(),
                d.updated());
    }

    /** What was taken, less what a later, lower end gave back. */
    private static @Nullable Money charged(Course c) {
        return switch (c.state()) {
            case CAPTURED -> c.charged().minus(c.corrected());
            case VOIDED -> Money.ZERO;
            case CREATED, HELD, COMMANDED, RUNNING, ENDED, ORPHAN -> null;
        };
    }

    static boolean mayRun(Dispense d) {
        return d.course().state() == DispenseState.COMMANDED
                || d.course().state() == DispenseState.RUNNING;
    }
}
