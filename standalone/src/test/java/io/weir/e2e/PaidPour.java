package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/**
 * A pour from the offline quota: two slices are bought while the cloud is there, one is poured by
 * its code while nobody is.
 */
final class PaidPour {
    private static final int SLICE_ML = 200;
    private static final Duration POURED = Duration.ofSeconds(40);

    private final Tap tap;
    private final String grant;
    private final String code;
    private final String dispense;

    private PaidPour(Tap tap, JsonNode grant) {
        JsonNode slice = grant.get("slices").get(0);
        this.tap = tap;
        this.grant = grant.get("grant_id").asText();
        this.code = slice.get("code").asText();
        this.dispense = slice.get("dispense_id").asText();
    }

    static PaidPour buy(MainJob job, Tap tap) {
        PaidPour pour = new PaidPour(tap, job.grant(tap.deviceId(), SLICE_ML, 2, "code"));
        job.awaitSlices(pour.grant, "TAKEN", 2);
        return pour;
    }

    /** The code is good once. */
    void pour() {
        tap.device().tell("code " + code);
        tap.device().awaitEvent("closed", dispense, POURED);
        tap.device().tell("code " + code);
    }

    /** Charged is what flowed and no more than the slice; the other slice goes back. */
    BigDecimal settle(MainJob job) {
        job.awaitSlices(grant, "DEBITED", 1);
        JsonNode done = job.awaitFinal(dispense);
        job.member().post("/grants/" + grant + "/recall", Map.of());
        job.awaitSlices(grant, "RELEASED", 1);
        BigDecimal charged = done.get("charged").decimalValue();
        long poured = tap.device().pouredOf(dispense);
        BigDecimal most = MainJob.price(Math.min(poured, SLICE_ML));
        if (charged.compareTo(most) > 0 || tap.device().openings(dispense) != 1) {
            throw new AssertionError("of " + poured + " ml by a code: " + done);
        }
        return charged;
    }
}
