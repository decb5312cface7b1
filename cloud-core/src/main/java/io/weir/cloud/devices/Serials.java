package io.weir.cloud.devices;

import io.weir.model.access.Scope;

import java.security.SecureRandom;

/** Device ids that nobody gave. */
final class Serials {
    private static final String SIGNS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private static final int SIGNS_MADE = 12;

    private final SecureRandom random = new SecureRandom();

    /** The vendor's code and twelve signs that don't tell how many there are. */
    String next(String tenant) {
        String vendor = Scope.vendorOf(tenant);
        StringBuilder serial =
                new StringBuilder(
                        vendor.equals("/") ? "0000" : vendor.substring(1, vendor.length() - 1));
        for (int i = 0; i < SIGNS_MADE; i++) {
            serial.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
        return serial.toString();
    }
}
