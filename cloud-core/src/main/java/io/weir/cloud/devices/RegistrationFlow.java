package io.weir.cloud.devices;

import io.weir.api.devices.ProductOps.Registration;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Form;

import org.jspecify.annotations.Nullable;

/**
 * May this device have its secret now? (facts: alink.md section 2, Prerequisites.) Pure. Refusals
 * in their order: who can't sign learns nothing of devices.
 */
final class RegistrationFlow {
    private RegistrationFlow() {}

    /**
     * The product that was named.
     *
     * @param signed the request bears its secret's signature
     * @param open the product wants TLS, and the answer would travel without
     */
    record Asked(
            Registration registration, boolean enabled, boolean signed, boolean open, Form form) {}

    /**
     * The device that was named.
     *
     * @param here it is assigned to the gateway that asks
     * @param activated it connected once
     */
    record Named(boolean here, boolean confirmed, boolean enabled, boolean activated) {}

    /** What to do. */
    sealed interface Verdict {
        /** Tell the device what it asks for. */
        record Answer() implements Verdict {}

        /** Make the device, then tell it. */
        record Make() implements Verdict {}

        /**
         * @param code Alink's
         * @param message never a key's name (facts: alink.md section 0, point 2)
         */
        record Refuse(int code, String message) implements Verdict {}
    }

    /** Judges the product; null when nothing of it stands against an answer. */
    static Verdict.@Nullable Refuse refusal(@Nullable Asked asked) {
        if (asked == null || !asked.enabled()) {
            return new Verdict.Refuse(RegistrationApi.NO_PRODUCT, "no such product");
        }
        if (!asked.signed()) {
            return new Verdict.Refuse(RegistrationApi.BAD_SIGN, "wrong signature");
        }
        if (asked.open()) {
            return new Verdict.Refuse(RegistrationApi.FORBIDDEN, "only over TLS");
        }
        boolean on =
                switch (asked.registration()) {
                    case OFF -> false;
                    case WHITELIST -> asked.form() == Form.SECRET;
                    case OPEN -> true;
                };
        return on
                ? null
                : new Verdict.Refuse(
                        RegistrationApi.SWITCHED_OFF, "dynamic registration is switched off");
    }

    /**
     * Judges the device of a product that nothing stands against.
     *
     * @param device null when there is none of that name
     * @param made how many devices of the product were made by registration
     * @param most how many may be
     */
    static Verdict decide(Form form, @Nullable Named device, long made, int most) {
        if (device == null) {
            if (form == Form.SECRET) {
                return new Verdict.Refuse(RegistrationApi.NO_DEVICE, "no such device");
            }
            return made < most
                    ? new Verdict.Make()
                    : new Verdict.Refuse(RegistrationApi.TOO_MANY, "too many devices registered");
        }
        if (!device.here()) {
            return new Verdict.Refuse(RegistrationApi.NO_DEVICE, "no such device here");
        }
        if (!device.confirmed() || !device.enabled()) {
            return new Verdict.Refuse(RegistrationApi.DEVICE_DISABLED, "device is disabled");
        }
        return device.activated()
                ? new Verdict.Refuse(RegistrationApi.ALREADY_ACTIVE, "device is already active")
                : new Verdict.Answer();
    }
}
