package io.weir.api.download;

import io.weir.api.Op;

import java.time.Duration;

/**
 * How a gateway fetches what its devices download, one operation for each context that has content.
 * The context answers only for a device that is the gateway's (or was, DESIGN section 2) and that
 * has this content on offer; else FORBIDDEN. A content never changes under its id.
 */
public interface DownloadApi {
    /** What one block carries at most: as base64 it must pass the door. */
    int BLOCK_BYTES = 32_768;

    Op<GetBlock, Block> FIRMWARE =
            Op.of("ota.block.v1", GetBlock.class, Block.class).within(Duration.ofSeconds(8));

    Op<GetBlock, Block> CONFIGURATION =
            Op.of("configuration.block.v1", GetBlock.class, Block.class)
                    .within(Duration.ofSeconds(8));

    /**
     * @param gateway who asks; the door sets it
     * @param contentId of a package or of a configuration's version
     * @param offset in bytes, a multiple of {@link #BLOCK_BYTES}
     */
    record GetBlock(String gateway, String deviceId, String contentId, long offset) {}

    /**
     * @param bytes full blocks, but for the last; empty behind the end
     */
    @SuppressWarnings("ArrayRecordComponent") // goes over the bus as base64; nobody compares it
    record Block(byte[] bytes) {}
}
