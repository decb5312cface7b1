package io.weir.cloud.files;

/**
 * CRC-64/XZ (ECMA-182, reflected): what {@code ficMode crc64} means (facts: alink.md section 9).
 */
final class Crc64 {
    private static final long POLYNOMIAL = 0xc96c5795d7870f42L;
    private static final long[] TABLE = table();

    private Crc64() {}

    /**
     * @param so the checksum of what stood before, 0 at the beginning
     */
    static long of(long so, byte[] bytes) {
        long crc = ~so;
        for (byte b : bytes) {
            crc = crc >>> 8 ^ TABLE[(int) (crc ^ b) & 0xff];
        }
        return ~crc;
    }

    /** As devices write it: decimal or hexadecimal digits, unsigned. */
    static boolean equals(long crc, String written) {
        return written.equals(Long.toUnsignedString(crc))
                || written.equalsIgnoreCase(String.format("%016x", crc))
                || written.equalsIgnoreCase(Long.toHexString(crc));
    }

    private static long[] table() {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            table[i] = crc;
        }
        return table;
    }
}
