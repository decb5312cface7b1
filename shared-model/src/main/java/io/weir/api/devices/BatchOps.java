package io.weir.api.devices;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Production of devices over HTTP (OMS seed sections 2.1 to 2.8). */
public interface BatchOps {
    int CREDENTIALS_AT_ONCE = 5_000;

    /** Makes {@code amount} devices with their credentials; none is usable before CONFIRM. */
    Op<SubmitBatch, Batch> SUBMIT =
            Op.of("devices.batch.submit.v1", SubmitBatch.class, Batch.class)
                    .within(Duration.ofSeconds(30));

    /** Formal stock-in: from now on the devices may connect. Done again it changes nothing. */
    Op<GetBatch, Batch> CONFIRM =
            Op.of("devices.batch.confirm.v1", GetBatch.class, Batch.class)
                    .within(Duration.ofSeconds(30));

    /**
     * The credentials of the next devices behind one, at most {@link #CREDENTIALS_AT_ONCE}; the
     * first page is audited. BATCH_NOT_READY while they are being made.
     */
    Op<PageCredentials, List<Credential>> CREDENTIALS =
            Op.listed("devices.batch.credentials.v1", PageCredentials.class, Credential.class)
                    .within(Duration.ofSeconds(20));

    /**
     * The credentials, for the factory, of a batch that isn't too large for one answer. Audited.
     */
    Op<GetBatch, BatchFile> DOWNLOAD =
            Op.of("devices.batch.download.v1", GetBatch.class, BatchFile.class)
                    .within(Duration.ofSeconds(30));

    Op<GetBatch, Batch> DETAIL = Op.of("devices.batch.detail.v1", GetBatch.class, Batch.class);
    Op<UpdateBatch, Batch> UPDATE =
            Op.of("devices.batch.update.v1", UpdateBatch.class, Batch.class);

    /** Only before CONFIRM. */
    Op<GetBatch, Batch> REMOVE =
            Op.of("devices.batch.remove.v1", GetBatch.class, Batch.class)
                    .within(Duration.ofSeconds(30));

    Op<ListBatches, Page<Batch>> LIST =
            Op.paged("devices.batch.list.v1", ListBatches.class, Batch.class);

    /**
     * @param tenant path of the owner of the devices, null = the product's owner
     * @param serials device ids given by the maker, as many as {@code amount}; null = made here
     */
    record SubmitBatch(
            String name,
            int amount,
            long productId,
            String batchNo,
            @Nullable String remark,
            @Nullable String tenant,
            @Nullable List<String> serials) {}

    record GetBatch(long id) {}

    /**
     * @param after device id of the last one before; empty at first
     * @param format csv or xlsx, for the audit log
     */
    record PageCredentials(long id, String after, String format) {}

    /** How far a batch has come. Large ones are made and stocked piece by piece. */
    enum State {
        MAKING,
        READY,
        STOCKING,
        CONFIRMED
    }

    record UpdateBatch(long id, String remark) {}

    record ListBatches(
            @Nullable String name,
            @Nullable String batchNo,
            @Nullable Long productId,
            int page,
            int pageSize,
            @Nullable Integer limit,
            @Nullable Integer offset) {}

    /**
     * @param confirmed in stock, formally
     * @param made how many have their credentials
     * @param stocked how many are usable
     * @param activated how many of its devices ever connected; null in lists
     * @param online how many are connected now; null in lists
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Batch(
            long id,
            String tenant,
            String name,
            String batchNo,
            long productId,
            int amount,
            String remark,
            boolean confirmed,
            State state,
            int made,
            int stocked,
            @Nullable Long activated,
            @Nullable Long online,
            Instant createTms,
            @Nullable Instant confirmTms) {}

    /**
     * @param csv the same rows as a file for the factory, RFC 4180, first line the names
     */
    record BatchFile(String fileName, String csv, List<Credential> rows) {}

    record Credential(String deviceId, String productKey, String deviceName, String deviceSecret) {}
}
