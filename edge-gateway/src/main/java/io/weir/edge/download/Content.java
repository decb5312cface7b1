package io.weir.edge.download;

import io.weir.api.Op;
import io.weir.api.download.DownloadApi;
import io.weir.api.download.DownloadApi.Block;
import io.weir.api.download.DownloadApi.GetBlock;

/**
 * Something that devices download. It never changes under its id.
 *
 * @param size in bytes
 * @param sha256 64 hex digits, small
 */
public record Content(Source source, String id, long size, String sha256) {
    /** Whose content it is. */
    public enum Source {
        FIRMWARE(DownloadApi.FIRMWARE),
        CONFIGURATION(DownloadApi.CONFIGURATION);

        private final Op<GetBlock, Block> block;

        Source(Op<GetBlock, Block> block) {
            this.block = block;
        }

        public Op<GetBlock, Block> block() {
            return block;
        }
    }
}
