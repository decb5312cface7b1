package io.weir.edge.metering;

import io.weir.edge.quota.SliceBook.No;
import io.weir.model.dispense.EndReason;

import org.jspecify.annotations.Nullable;

/**
 * What a device is told when a code or its button opens nothing, so that it can show it to whoever
 * stands there. On the wire by name: the names are part of the device's protocol.
 */
enum QuotaAnswer {
    /** No such code for this device: mistyped, of another device, or not arrived here yet. */
    WRONG_CODE,
    /** The code was good once. */
    USED,
    /** Its time is over. */
    EXPIRED,
    /** It was given back; the money is, or will be, free again. */
    GIVEN_BACK,
    /** Too many wrong codes: try again later. */
    WAIT,
    /** Nothing is granted for the button, or less than was asked for. */
    NOTHING_GRANTED,
    /** The device pours already. */
    BUSY,
    /** The device is out of order. */
    FAULTED,
    /** The gateway can't sell now: its clock or its disk does not allow it. */
    UNAVAILABLE;

    /**
     * @param byCode false: by the device's button
     */
    static QuotaAnswer of(@Nullable No no, boolean byCode) {
        if (no == null) {
            return UNAVAILABLE;
        }
        return switch (no) {
            case NOTHING -> byCode ? WRONG_CODE : NOTHING_GRANTED;
            case USED -> USED;
            case EXPIRED -> EXPIRED;
            case CLOSED -> GIVEN_BACK;
            case DEAF -> WAIT;
            case CLOCK, OTHER_GATEWAY, OTHER_JOURNAL, OTHER_KEY, BAD_SIGNATURE, KNOWN, FULL ->
                    UNAVAILABLE;
        };
    }

    /** Why the device can't pour whatever is asked; null: for want of room in the journal. */
    static QuotaAnswer of(@Nullable EndReason busy) {
        if (busy == EndReason.DEVICE_BUSY) {
            return BUSY;
        }
        return busy == EndReason.DEVICE_FAULTED ? FAULTED : UNAVAILABLE;
    }
}
