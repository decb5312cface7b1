package io.weir.model.grant;

import io.weir.model.dispense.OpenDispense;

/**
 * The smallest piece of a grant: one pour, at most once, of at most {@code command.orderedMl}
 * (DESIGN section 5, Offline quota; ADR 010). The cloud has named its dispense beforehand, so
 * however often a copied disk spends it, it is one dispense and billed once.
 *
 * @param grant the grant's number
 * @param kind what stands behind it
 * @param number 1, 2, 3 without repetition per (gateway, journal)
 * @param gateway whose it is
 * @param journal the only journal that may spend it
 * @param member uid of whoever pays
 * @param tariff version of the tariff that it will be charged by
 * @param startBy who may spend it
 * @param codeHash for {@link StartBy#CODE} the SHA-256 of dispense and code, hex; else empty
 * @param expiresMs wall time, ms since 1970, from which it may not be spent any more
 * @param command what is opened: dispense id, device, outlet, limit in ml and the constants
 */
public record Slice(
        String grant,
        GrantKind kind,
        long number,
        String gateway,
        String journal,
        String member,
        long tariff,
        StartBy startBy,
        String codeHash,
        long expiresMs,
        OpenDispense command) {
    public String dispenseId() {
        return command.dispenseId();
    }

    public String device() {
        return command.deviceId();
    }

    /** What the cloud signs: every field, in this order, one a line. */
    public String words() {
        return String.join(
                "\n",
                "weir slice 1",
                grant,
                kind.name(),
                String.valueOf(number),
                gateway,
                journal,
                member,
                String.valueOf(tariff),
                startBy.name(),
                codeHash,
                String.valueOf(expiresMs),
                command.dispenseId(),
                command.deviceId(),
                command.outlet().name(),
                String.valueOf(command.orderedMl()),
                command.mode().name(),
                String.valueOf(command.mlPerSecond()),
                String.valueOf(command.mlPer1000Pulses()),
                String.valueOf(command.secondsMax()),
                String.valueOf(command.ttlMs()));
    }
}
