package io.weir.edge.ingest;

import java.util.Locale;

/** Why a device must not come in; ACCEPTED when it may. */
public enum Refusal {
    ACCEPTED,
    MALFORMED,
    CREDENTIALS,
    UNKNOWN_DEVICE,
    NOT_USABLE,
    TLS_REQUIRED,
    /** Neither cache nor cloud can tell. */
    CANNOT_TELL,
    TOO_OFTEN,
    TOO_MANY,
    /** Its address or the device. */
    BANNED,
    /** Its product or its tenant comes in too fast. */
    OWNER_TOO_FAST,
    DRAINING;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** It may be let in later as it is; else something about it must change. */
    public boolean passing() {
        return switch (this) {
            case CANNOT_TELL, TOO_OFTEN, TOO_MANY, OWNER_TOO_FAST, DRAINING -> true;
            default -> false;
        };
    }
}
