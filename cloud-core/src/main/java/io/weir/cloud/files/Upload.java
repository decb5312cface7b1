package io.weir.cloud.files;

/**
 * A file on its way, or there.
 *
 * @param size as the device announced it, -1 = unknown
 * @param checksum crc64 of the whole as the device announced it; empty = none
 * @param initUid the device's own name of this upload, to go on with it; may be empty
 * @param received bytes that are there without a hole
 * @param crc of those bytes
 */
record Upload(
        String id,
        String tenant,
        String deviceId,
        String name,
        long size,
        Conflict conflict,
        String checksum,
        String initUid,
        long received,
        long crc,
        boolean finished) {

    /** What becomes of a finished file of the same name. */
    enum Conflict {
        OVERWRITE,
        APPEND,
        REJECT;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
