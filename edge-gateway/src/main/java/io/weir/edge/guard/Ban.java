package io.weir.edge.guard;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Locale;

/**
 * Who must not connect.
 *
 * @param value of a CLIENT_ID: the part before the first bar; of a DEVICE: its device id; of an
 *     ADDRESS: IPv4 or IPv6; of a CIDR: {@code address/bits}
 * @param reason for people, at most 200 characters
 * @param by the operator who said so, or {@code gateway}
 * @param until null = until it is lifted
 */
public record Ban(
        Kind kind, String value, String reason, String by, Instant since, @Nullable Instant until) {
    /** Who bans by itself. */
    public static final String GATEWAY = "gateway";

    private static final int VALUE_MAX = 128;
    private static final int REASON_MAX = 200;

    /** What a ban is of. */
    public enum Kind {
        @JsonProperty("client_id")
        CLIENT_ID,
        @JsonProperty("device")
        DEVICE,
        @JsonProperty("address")
        ADDRESS,
        @JsonProperty("cidr")
        CIDR;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Throws IllegalArgumentException with what is wrong, for the one who asked for it. */
    public Ban {
        if (value.isEmpty() || value.length() > VALUE_MAX || hasControls(value)) {
            throw new IllegalArgumentException("value: 1 to 128 printable characters");
        }
        if (reason.isBlank() || reason.length() > REASON_MAX || hasControls(reason)) {
            throw new IllegalArgumentException("reason: 1 to 200 printable characters");
        }
        if (by.isBlank() || by.length() > VALUE_MAX || hasControls(by)) {
            throw new IllegalArgumentException("by: 1 to 128 printable characters");
        }
        if (kind == Kind.ADDRESS || kind == Kind.CIDR) {
            value = AddressRange.parse(value, kind == Kind.CIDR).toString();
        }
    }

    boolean over(Instant now) {
        return until != null && !until.isAfter(now);
    }

    /** They go to the log as they are: a line break would forge a line. */
    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
