package io.weir.edge.download;

import io.weir.edge.http.TokenKey;

import java.nio.file.Path;
import java.time.Instant;

/** What a gateway would offer a device, made beside it with its key: for the bench. */
public final class BenchAddress {
    private BenchAddress() {}

    /**
     * @param edge the gateway's folder
     * @return the path of the address
     */
    public static String path(Path edge, String deviceId, String secret, Content content) {
        Instant until = Instant.now().plusSeconds(3600);
        String token =
                DownloadTokens.make(
                        TokenKey.load(edge.resolve("download-token.key")),
                        deviceId,
                        secret,
                        content,
                        until);
        return DownloadDesk.PATH + token;
    }

    /** Where the gateway looks for it after its next start. */
    public static Path file(Path edge, Content content) {
        return edge.resolve("downloads").resolve(ContentFiles.name(content));
    }
}
