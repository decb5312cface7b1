package io.weir.cloud.dispense;

import io.weir.model.dispense.DispenseState;

/** Holds the cloud's books against the device's own count, once all links are healed. */
final class TakeoverJudge {
    private final TakeoverCloud cloud;
    private final TakeoverDevice device;
    private final int stolen;

    /**
     * @param stolen forged facts that were taken
     */
    TakeoverJudge(TakeoverCloud cloud, TakeoverDevice device, int stolen) {
        this.cloud = cloud;
        this.device = device;
        this.stolen = stolen;
    }

    void judge() {
        expect(stolen == 0, stolen + " forged facts were taken");
        expect(!device.isOpen(), "it pours for ever");
        long slack = TakeoverWorld.slackMl(device);
        long billed = 0;
        long rounding = 0;
        for (Dispense d : cloud.dispenses.values()) {
            judge(d, slack);
            billed += d.billedMl();
            rounding += slack;
        }
        rounding += cloud.nobodysRows() * TakeoverWorld.unitMl(device);
        long all = billed + cloud.nobodysMl();
        expect(
                !device.bootIds || all <= device.truthMl() + rounding,
                "billed "
                        + billed
                        + " and nobody's "
                        + cloud.nobodysMl()
                        + " of "
                        + device.truthMl()
                        + ": "
                        + cloud.nobodys()
                        + " "
                        + cloud.dispenses.values().stream().map(Dispense::course).toList());
    }

    private void judge(Dispense d, long slack) {
        String id = d.id();
        String what = d.course() + ", really " + device.truthMl(id) + ", " + device.mode;
        expect(device.openings.getOrDefault(id, 0) <= 1, "opened twice: " + what);
        DispenseState state = d.course().state();
        boolean over = state == DispenseState.CAPTURED || state == DispenseState.VOIDED;
        expect(over, "no end, and its hold stays: " + what);
        int captures = cloud.captures.getOrDefault(id, 0);
        int releases = cloud.released.containsKey(id) ? 1 : 0;
        expect(
                captures + releases == 1,
                captures + " captures, " + releases + " releases: " + what);
        expect(d.billedMl() <= d.order().orderedMl(), "beyond the order: " + what);
        expect(d.billedMl() <= device.truthMl(id) + slack, "beyond what was poured: " + what);
        expect(
                d.course()
                        .charged()
                        .minus(d.course().corrected())
                        .equals(d.order().tariff(d.billedMl())),
                "charged otherwise than billed: " + what);
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
