package io.weir.cloud.backup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The sum, modulo 2^256, of the SHA-256 of each row in COPY's text format. It does not depend on
 * the order of rows, which a loaded table need not keep, and finds a row that is missing, doubled
 * or changed.
 */
final class RowDigest {
    private final MessageDigest sha = sha256();
    private final byte[] sum = new byte[32];
    private long rows;

    /**
     * @param row with or without its line end
     */
    void add(byte[] row, int length) {
        sha.update(row, 0, length > 0 && row[length - 1] == '\n' ? length - 1 : length);
        byte[] hash = sha.digest();
        int carry = 0;
        for (int i = sum.length - 1; i >= 0; i--) {
            carry += (sum[i] & 0xff) + (hash[i] & 0xff);
            sum[i] = (byte) carry;
            carry >>= 8;
        }
        rows++;
    }

    long rows() {
        return rows;
    }

    String text() {
        return HexFormat.of().formatHex(sum);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
