package io.weir.cloud.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.SqlConnection;
import io.weir.model.fact.Frame;
import io.weir.model.fact.Lane;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** A slow or absent PostgreSQL: what one lane waits for, no other does; nothing is lost. */
class FactLanesTest {
    private static final FactSpec BOTH =
            new FactSpec("probe", "probe", List.of(Lane.MONEY, Lane.TELEMETRY), true);

    private FactsLab lab;

    @BeforeEach
    void open() {
        lab = new FactsLab(2);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    /**
     * Each batch of telemetry takes the database half a second; its backlog takes half a minute.
     */
    @Test
    void moneyPassesABacklogOfTelemetryThatTheDatabaseIsSlowWith() {
        for (long n = 1; n <= 6000; n++) {
            lab.send(frame(Lane.TELEMETRY, n));
        }
        lab.consume(lab.runtime("n1", lab.tx), BOTH, FactsLab.CONFIG, this::slowly);
        FactsLab.await(() -> effects("t") > 0, () -> "no telemetry was applied");
        for (long n = 1; n <= 5; n++) {
            long start = System.nanoTime();
            long upTo = n;
            lab.send(frame(Lane.MONEY, n));
            FactsLab.await(() -> effects("m") == upTo, () -> "money waits");
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertThat(ms).as("ms of money frame %d", n).isLessThan(1000);
        }
        assertThat(effects("t")).as("the backlog is still there").isLessThan(6000);
        assertThat(lab.metric("weir.facts.stopped")).isZero();
    }

    /** For three seconds every connection dies as soon as it is seen. */
    @Test
    void aDatabaseThatIsAwayForSecondsLosesAndDoublesNothing() {
        lab.consume(lab.runtime("n1", lab.tx), BOTH, FactsLab.CONFIG, FactsLab.applier("n1"));
        long sent = 0;
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        while (System.nanoTime() < until) {
            sent++;
            lab.send(frame(Lane.MONEY, sent));
            lab.send(frame(Lane.TELEMETRY, sent));
            lab.asOwner(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name"
                            + " = 'weir_system' AND datname = current_database()");
        }
        long all = sent;
        FactsLab.await(
                () -> lab.count("SELECT count(*) FROM probe.effect") >= 2 * all,
                () -> "of %d: %d and %d".formatted(all, effects("m"), effects("t")));
        assertThat(effects("m")).isEqualTo(all);
        assertThat(effects("t")).isEqualTo(all);
        FactsLab.await(lab.health::ready, () -> "still alarmed " + lab.health.reports());
        assertThat(lab.count("SELECT min(frame) FROM probe.mark")).isEqualTo(all);
        System.out.printf("database away: %d frames of each lane, each applied once%n", all);
    }

    private void slowly(SqlConnection tx, List<Frame> frames) {
        if (frames.getFirst().lane() == Lane.TELEMETRY) {
            tx.query("SELECT pg_sleep(0.5)").execute().await();
        }
        FactsLab.effect(tx, frames, "n1");
    }

    private long effects(String payloadsDevice) {
        return lab.count(
                "SELECT count(*) FROM probe.effect WHERE device = $1", "g1-" + payloadsDevice);
    }

    private static Frame frame(Lane lane, long number) {
        String device = lane == Lane.MONEY ? "g1-m" : "g1-t";
        return new Frame(
                "g1",
                "g1-journal",
                lane,
                0,
                number,
                "boot",
                List.of(FactsLab.entry(device, String.valueOf(number))));
    }
}
