package io.weir.api.ota;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Packages of firmware over HTTP ({@code contract/ota.yaml}), and the upload of their content,
 * which the API verticle puts piece by piece.
 */
public interface PackageOps {
    /** What one piece of an upload carries; only the last may have less. */
    int PIECE_BYTES = 262_144;

    Op<CreatePackage, FirmwarePackage> CREATE =
            Op.of("ota.package.create.v1", CreatePackage.class, FirmwarePackage.class);
    Op<ListPackages, Page<FirmwarePackage>> LIST =
            Op.paged("ota.package.list.v1", ListPackages.class, FirmwarePackage.class);
    Op<GetPackage, FirmwarePackage> GET =
            Op.of("ota.package.get.v1", GetPackage.class, FirmwarePackage.class);

    /** CONFLICT while a campaign that is not over has it. */
    Op<GetPackage, FirmwarePackage> REMOVE =
            Op.of("ota.package.remove.v1", GetPackage.class, FirmwarePackage.class);

    /** Ends whatever other upload of the package is under way. */
    Op<BeginUpload, Begun> BEGIN =
            Op.of("ota.upload.begin.v1", BeginUpload.class, Begun.class)
                    .within(Duration.ofSeconds(30));

    Op<PutPiece, Done> PIECE =
            Op.of("ota.upload.piece.v1", PutPiece.class, Done.class).within(Duration.ofSeconds(30));

    Op<EndUpload, FirmwarePackage> END =
            Op.of("ota.upload.end.v1", EndUpload.class, FirmwarePackage.class)
                    .within(Duration.ofSeconds(30));

    Op<DropUpload, Done> DROP =
            Op.of("ota.upload.drop.v1", DropUpload.class, Done.class)
                    .within(Duration.ofSeconds(30));

    /**
     * @param module empty or {@code default} for the device's own firmware
     * @param sourceVersions only devices that run one of these are upgraded with it; null or empty
     *     = all
     * @param extData is passed on to the device as it is
     */
    record CreatePackage(
            long productId,
            String module,
            String version,
            @Nullable List<String> sourceVersions,
            boolean diff,
            boolean mqtt,
            @Nullable Map<String, Object> extData) {}

    record ListPackages(@Nullable Long productId, @Nullable String module, int limit, int offset) {}

    record GetPackage(String packageId) {}

    /**
     * @param size what will come, in bytes
     */
    record BeginUpload(String packageId, long size) {}

    record Begun(String uploadId) {}

    /**
     * @param at in bytes, a multiple of {@link #PIECE_BYTES}
     */
    @SuppressWarnings("ArrayRecordComponent") // goes over the bus as base64; nobody compares it
    record PutPiece(String packageId, String uploadId, long at, byte[] bytes) {}

    /**
     * @param md5 of all pieces: 32 hex digits, small
     * @param sha256 64 hex digits, small
     */
    record EndUpload(String packageId, String uploadId, long size, String md5, String sha256) {}

    record DropUpload(String packageId, String uploadId) {}

    /**
     * @param tenant path of the product's owner
     * @param size in bytes; with the digests null as long as the content is missing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FirmwarePackage(
            String packageId,
            String tenant,
            long productId,
            String productKey,
            String module,
            String version,
            List<String> sourceVersions,
            boolean diff,
            boolean mqtt,
            @Nullable Map<String, Object> extData,
            @Nullable Long size,
            @Nullable String md5,
            @Nullable String sha256,
            Instant createTms) {}
}
