package io.weir.edge.forward;

import io.weir.model.fact.Lane;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the logical verticle {@code forwarder}.
 *
 * @param moneyConsumers who must have applied a money frame before its segment may be deleted
 * @param alarmConsumers the same for alarms
 * @param telemetryConsumers the same for telemetry
 * @param marksPoll how often the consumers are asked
 * @param aliveEvery how often the gateway's stream time is journaled
 * @param sendPause after each round of sends, so that rounds grow under load; money and alarms
 * @param telemetryPause the same for telemetry: nobody waits for it, and what Kafka costs is a
 *     matter of rounds, not of bytes
 * @param inFlightBytes of one lane, sent and not yet acknowledged by Kafka
 * @param batchBytes Kafka producer's {@code batch.size}
 * @param linger Kafka producer's {@code linger.ms}
 * @param compression Kafka producer's {@code compression.type}: none or lz4
 * @param retryAfter pause before a broken producer is replaced
 */
public record ForwarderConfig(
        List<String> moneyConsumers,
        List<String> alarmConsumers,
        List<String> telemetryConsumers,
        Duration marksPoll,
        Duration aliveEvery,
        Duration sendPause,
        Duration telemetryPause,
        long inFlightBytes,
        int batchBytes,
        Duration linger,
        String compression,
        Duration retryAfter) {

    public ForwarderConfig {
        check(!moneyConsumers.isEmpty(), "moneyConsumers: at least one, else all is deleted");
        check(!alarmConsumers.isEmpty(), "alarmConsumers: at least one, else all is deleted");
        check(!telemetryConsumers.isEmpty(), "telemetryConsumers: at least one");
        check(marksPoll.toMillis() >= 100, "marksPoll: at least PT0.1S");
        check(aliveEvery.toMillis() >= 100, "aliveEvery: at least PT0.1S");
        check(!sendPause.isNegative() && sendPause.toMillis() <= 1000, "sendPause: PT0S..PT1S");
        check(
                !telemetryPause.isNegative() && telemetryPause.toMillis() <= 1000,
                "telemetryPause: PT0S..PT1S");
        check(
                inFlightBytes >= 1 << 20 && inFlightBytes <= 256 << 20,
                "inFlightBytes: 1 MB..256 MB");
        check(batchBytes >= 1024 && batchBytes <= 1_000_000, "batchBytes: 1 KB..1 MB");
        check(!linger.isNegative() && linger.toMillis() <= 1000, "linger: PT0S..PT1S");
        check(List.of("none", "lz4").contains(compression), "compression: none or lz4");
        check(retryAfter.toMillis() >= 1, "retryAfter: at least PT0.001S");
    }

    /** Pause after each round of sends of this lane. */
    Duration pause(Lane lane) {
        return lane == Lane.TELEMETRY ? telemetryPause : sendPause;
    }

    private static void check(boolean ok, String rule) {
        if (!ok) {
            throw new IllegalArgumentException(rule);
        }
    }
}
