package io.weir.api.files;

import io.weir.api.Op;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.model.Page;

import java.time.Instant;

/** Files that devices upload (facts: alink.md section 9), and who reads them. */
public interface FilesApi {
    /** What one {@link #PIECE} carries at most: as base64 it must pass the door. */
    int PIECE_BYTES = 32_768;

    /** A piece of an upload; again is harmless. Answers as Alink does. */
    Op<Piece, Answer> PIECE =
            Op.of("files.piece.v1", Piece.class, Answer.class).within(AlinkApi.WITHIN);

    Op<ListFiles, Page<DeviceFile>> LIST =
            Op.paged("files.list.v1", ListFiles.class, DeviceFile.class);
    Op<GetFile, DeviceFile> GET = Op.of("files.get.v1", GetFile.class, DeviceFile.class);
    Op<GetFile, DeviceFile> REMOVE = Op.of("files.remove.v1", GetFile.class, DeviceFile.class);

    /** Some bytes of a file; an empty answer behind its end. */
    Op<ReadFile, Bytes> READ = Op.of("files.read.v1", ReadFile.class, Bytes.class);

    /**
     * @param gateway who passes it on; the door sets it
     * @param complete it is the last one
     */
    @SuppressWarnings("ArrayRecordComponent") // goes over the bus as base64; nobody compares it
    record Piece(
            String gateway,
            String deviceId,
            String uploadId,
            long offset,
            byte[] bytes,
            boolean complete) {}

    record ListFiles(String deviceId, int limit, int offset) {}

    record GetFile(String deviceId, String fileId) {}

    record ReadFile(String deviceId, String fileId, long from) {}

    @SuppressWarnings("ArrayRecordComponent") // goes over the bus as base64; nobody compares it
    record Bytes(byte[] bytes) {}

    record DeviceFile(String fileId, String deviceId, String name, long size, Instant createTms) {}
}
