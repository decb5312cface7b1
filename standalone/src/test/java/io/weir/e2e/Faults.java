package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.e2e.Posters.Side;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * Breaks one thing, sees that it is broken, and makes it good again. What runs meanwhile is the
 * caller's affair.
 */
final class Faults {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration DAY = Duration.ofDays(1);
    private static final long LASTS_MS = 4_000;
    private static final Duration SLOW_FOR = Duration.ofSeconds(5);

    private final FaultPlatform platform;
    private final KillLedger tables;
    private final Posters posters;
    private final Pours pours;
    private final Random random;

    Faults(FaultPlatform platform, KillLedger tables, Posters posters, Pours pours, Random random) {
        this.platform = platform;
        this.tables = tables;
        this.posters = posters;
        this.pours = pours;
        this.random = random;
    }

    /** Whether this machine lets us. */
    boolean possible(Fault fault) {
        return switch (fault) {
            case EDGE_DISK_FULL -> platform.edgeDisk().mounted();
            case KAFKA_FULL -> platform.kafkaDisk().mounted();
            default -> true;
        };
    }

    /**
     * @param postgres looked up beforehand, since that takes longer than some states last
     * @param pouring dispensers that are open
     */
    void inject(Fault fault, List<ProcessHandle> postgres, List<Tap> pouring) {
        switch (fault) {
            case KILL_EDGE -> platform.killEdge();
            case KILL_CLOUD -> platform.killCloud();
            case KILL_KAFKA -> platform.killKafka();
            case KILL_POSTGRES -> killPostgres(postgres);
            case LINK_GONE -> linkGone();
            case KAFKA_DOWN -> {
                platform.killKafka();
                Wait.pause(LASTS_MS);
            }
            case KAFKA_SLOW -> Stall.slow(platform.kafkaProcesses(), SLOW_FOR);
            case KAFKA_FULL -> kafkaFull();
            case POSTGRES_DOWN -> {
                killPostgres(postgres);
                Wait.pause(LASTS_MS);
            }
            case POSTGRES_SLOW -> Stall.slow(platform.postgresProcesses(), SLOW_FOR);
            case EDGE_DISK_FULL -> edgeDiskFull();
            case EDGE_SYNC_FAILS -> edgeSyncFails();
            case EDGE_CLOCK_AHEAD -> edgeClock(DAY);
            case EDGE_CLOCK_BEHIND -> edgeClock(DAY.negated());
            case CLOUD_CLOCK_AHEAD -> cloudClock(DAY);
            case CLOUD_CLOCK_BEHIND -> cloudClock(DAY.negated());
            case DEVICE_REBOOT -> pouring.forEach(tap -> tap.device().tell("reboot"));
            case SAME_GATEWAY_TWICE -> posters.takeTurns(Side.FIRST, Side.FIRST);
            case TWO_GATEWAYS_AT_ONCE -> posters.takeTurns(Side.FIRST, Side.SECOND);
            case TORN_TAIL -> {
                platform.killEdge();
                tearTail();
            }
            case DAMAGED_BYTE -> damageByte();
        }
    }

    /** Whatever the fault left dead lives again. */
    void heal(Fault fault) {
        switch (fault) {
            case KILL_EDGE, EDGE_SYNC_FAILS, TORN_TAIL, DAMAGED_BYTE -> {
                long bad = platform.journalFiles("telemetry", ".bad").size();
                platform.startEdge();
                platform.awaitEdge();
                seen(fault, bad);
            }
            case KILL_CLOUD -> {
                platform.startCloud();
                platform.awaitCloud();
            }
            case KILL_KAFKA, KAFKA_DOWN, KAFKA_FULL -> {
                platform.startKafka();
                platform.awaitKafka();
            }
            case KILL_POSTGRES, POSTGRES_DOWN -> platform.startPostgres();
            default -> {
                // it is whole already
            }
        }
    }

    /** What the edge must have found in its journal when it started. */
    private void seen(Fault fault, long badBefore) {
        if (fault == Fault.DAMAGED_BYTE) {
            Wait.until(
                    "the damaged segment is kept aside",
                    SOON,
                    () -> platform.journalFiles("telemetry", ".bad").size() > badBefore);
            assertThat(platform.edgeProcess().output()).contains("is damaged");
        }
        if (fault == Fault.TORN_TAIL) {
            assertThat(platform.edgeProcess().output()).contains("torn");
        }
    }

    private void killPostgres(List<ProcessHandle> postgres) {
        platform.killPostgres(postgres);
        tables.forget();
    }

    /**
     * Nothing answers any more, no connection breaks, and the sun moves on. Meanwhile water that
     * was paid beforehand flows by a code.
     */
    private void linkGone() {
        PaidPour paid = pours.buy();
        List<ProcessHandle> far =
                List.of(platform.cloudProcess().handle(), platform.kafkaProcess().handle());
        Stall.stop(far);
        try {
            paid.pour();
            for (int hour = 1; hour <= 6; hour++) {
                platform.edgeWorld().clockOff(Duration.ofHours(hour));
                platform.cloudWorld().clockOff(Duration.ofHours(hour));
                Wait.pause(LASTS_MS / 6);
            }
        } finally {
            Stall.resume(far);
        }
        Wait.pause(LASTS_MS / 2);
        platform.edgeWorld().clockOff(Duration.ZERO);
        platform.cloudWorld().clockOff(Duration.ZERO);
        pours.logInAgain();
        pours.settle(paid);
    }

    /** A broker whose disk is full stops by itself. */
    private void kafkaFull() {
        platform.kafkaDisk().fill();
        Wait.until("Kafka gives up", SOON, () -> !platform.kafkaProcess().alive());
        Wait.pause(LASTS_MS / 2);
        platform.kafkaDisk().free();
    }

    private void edgeDiskFull() {
        platform.edgeDisk().fill();
        try {
            posters.awaitSilence(Side.FIRST, SOON);
            Wait.pause(LASTS_MS / 2);
        } finally {
            platform.edgeDisk().free();
        }
    }

    /** As its supervisor would, the test starts the gateway anew when it says that it is dead. */
    private void edgeSyncFails() {
        platform.edgeWorld().syncsFail(true);
        try {
            Wait.until("the edge says that it is dead", SOON, () -> !platform.edgeLives());
            posters.awaitSilence(Side.FIRST, SOON);
            platform.killEdge();
        } finally {
            platform.edgeWorld().syncsFail(false);
        }
    }

    /** Facts come through under the wrong clock, and under the right one again. */
    private void edgeClock(Duration off) {
        platform.edgeWorld().clockOff(off);
        Wait.pause(LASTS_MS / 4);
        posters.awaitThrough(Side.FIRST, SOON);
        assertThat(stampedBeyond(off)).as("facts with the wrong time").isPositive();
        posters.flood();
        platform.edgeWorld().clockOff(Duration.ZERO);
        Wait.pause(LASTS_MS / 4);
        posters.awaitThrough(Side.FIRST, SOON);
    }

    private long stampedBeyond(Duration off) {
        String sql =
                "SELECT count(*) FROM (SELECT 1 FROM ingest.property_post WHERE"
                        + " coalesce(gateway_at, at) %s now() + interval '%d hours' LIMIT 1) t";
        try {
            long hours = off.toHours();
            return tables.number(
                    sql.formatted(off.isNegative() ? "<" : ">", hours - Long.signum(hours)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void cloudClock(Duration off) {
        platform.cloudWorld().clockOff(off);
        pours.logInAgain();
        assertThat(Duration.between(Instant.now(), pours.cloudTime()))
                .isCloseTo(off, Duration.ofHours(1));
        posters.awaitThrough(Side.FIRST, SOON);
        posters.flood();
        platform.cloudWorld().clockOff(Duration.ZERO);
        pours.logInAgain();
        posters.awaitThrough(Side.FIRST, SOON);
    }

    /** What a power loss in the middle of a write leaves: the head of a frame, or anything. */
    private void tearTail() {
        Path newest = platform.journalFiles("telemetry", ".seg").getLast();
        byte[] half = new byte[1 + random.nextInt(300)];
        random.nextBytes(half);
        try {
            Files.write(newest, half, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only what the cloud has already is damaged: other losses would be real. */
    private void damageByte() {
        posters.rest();
        posters.awaitStored(SOON);
        platform.killEdge();
        Path newest = platform.journalFiles("telemetry", ".seg").getLast();
        try (FileChannel file =
                FileChannel.open(newest, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = file.size() / 4 + random.nextInt((int) file.size() / 4);
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 0x40)).flip();
            file.write(one, at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
