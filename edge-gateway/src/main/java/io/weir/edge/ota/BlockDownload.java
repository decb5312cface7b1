package io.weir.edge.ota;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.Future;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.ota.OtaApi.Offer;
import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkReply;
import io.weir.edge.alink.BinaryBlock;
import io.weir.edge.alink.Envelope;
import io.weir.edge.alink.Questions;
import io.weir.edge.download.Content;
import io.weir.edge.download.Content.Source;
import io.weir.edge.download.DownloadDesk;
import io.weir.edge.download.Lease;
import io.weir.edge.link.CloudLink;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Firmware block by block over MQTT, for devices that speak nothing else (facts: alink.md section
 * 7): only what this device was offered. One that hears 503 asks for the block again.
 */
final class BlockDownload implements AlinkHandler {
    private static final int LEAST = 256;
    private static final int MOST = 128 << 10;
    private static final int NOT_OFFERED = 404;
    private static final int NOT_NOW = 503;
    private static final int TOKEN_MAX = 256;

    private final OtaDesk desk;
    private final DownloadDesk downloads;
    private final Questions questions;
    private final CloudLink link;
    private final String gateway;

    BlockDownload(
            OtaDesk desk,
            DownloadDesk downloads,
            Questions questions,
            CloudLink link,
            String gateway) {
        this.desk = desk;
        this.downloads = downloads;
        this.questions = questions;
        this.link = link;
        this.gateway = gateway;
    }

    /**
     * @param fileToken echoed; null when the device sent none
     */
    private record Wanted(@Nullable String fileToken, long streamId, long offset, int size) {}

    @Override
    public void handle(AlinkMessage message) {
        Envelope e = message.envelope();
        Wanted wanted = e.fine() ? wanted(e.params()) : null;
        if (wanted == null) {
            String why = "streamId, fileId 1, size of 256 to 131072 and offset must say which";
            int code = e.fine() ? AlinkReply.BAD_PARAMETER : e.code();
            questions.ask(
                    message,
                    () -> Future.succeededFuture(Answer.refused(code, why)),
                    answer -> refuse(message, answer));
            return;
        }
        String deviceId = message.sender().device().deviceId();
        questions.ask(
                message,
                () ->
                        content(deviceId, wanted.streamId())
                                .compose(content -> block(message, deviceId, content, wanted))
                                .otherwise(BlockDownload::refusal),
                answer -> {
                    if (answer.code() != AlinkReply.OK) {
                        refuse(message, answer);
                    }
                });
    }

    private static @Nullable Wanted wanted(String json) {
        try {
            JsonNode params = Json.tree(json);
            JsonNode file = params.path("fileInfo");
            JsonNode block = params.path("fileBlock");
            String token = params.path("fileToken").asText("");
            boolean fine =
                    file.path("streamId").canConvertToLong()
                            && file.path("fileId").asInt(-1) == OtaDesk.FILE_ID
                            && block.path("offset").canConvertToLong()
                            && block.path("offset").asLong() >= 0
                            && block.path("size").asInt(0) >= LEAST
                            && block.path("size").asInt(0) <= MOST
                            && token.length() <= TOKEN_MAX;
            return fine
                    ? new Wanted(
                            token.isEmpty() ? null : token,
                            file.path("streamId").asLong(),
                            block.path("offset").asLong(),
                            block.path("size").asInt())
                    : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What it was offered; the cloud is asked when this gateway does not know any more. */
    private Future<Content> content(String deviceId, long streamId) {
        Content known = desk.offers().find(deviceId, streamId);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        var question = new Question(gateway, deviceId, "thing.ota.firmware.get", "{}");
        return link.call(AlinkApi.OTA, question)
                .map(
                        answer -> {
                            Offer offer =
                                    answer.code() == AlinkReply.OK
                                            ? FirmwareGet.read(answer, deviceId)
                                            : null;
                            if (offer == null || !offer.mqtt() || offer.streamId() != streamId) {
                                throw Rejected.notFound("an offer of this stream");
                            }
                            Content content =
                                    new Content(
                                            Source.FIRMWARE,
                                            offer.packageId(),
                                            offer.size(),
                                            offer.sha256());
                            desk.stream(offer, content);
                            return content;
                        });
    }

    private Future<Answer> block(
            AlinkMessage message, String deviceId, Content content, Wanted wanted) {
        long left = content.size() - wanted.offset();
        if (left <= 0) {
            throw Rejected.invalid("offset", "before the end of the file");
        }
        int length = (int) Math.min(left, wanted.size());
        return downloads
                .store()
                .take(content, deviceId)
                .compose(lease -> read(lease, wanted.offset(), length))
                .map(
                        bytes -> {
                            message.reply(block(message, content, wanted, bytes));
                            return Answer.ok("{}");
                        });
    }

    private Future<byte[]> read(Lease lease, long offset, int length) {
        return downloads.store().read(lease, offset, length).onComplete(done -> lease.close());
    }

    private static byte[] block(
            AlinkMessage message, Content content, Wanted wanted, byte[] bytes) {
        Map<String, Object> data = new LinkedHashMap<>();
        if (wanted.fileToken() != null) {
            data.put("fileToken", wanted.fileToken());
        }
        data.put("fileLength", content.size());
        data.put("bSize", bytes.length);
        data.put("bOffset", wanted.offset());
        return new BinaryBlock(header(message, "200,\"data\":" + Json.text(data)), bytes).bytes();
    }

    private static Answer refusal(Throwable cause) {
        if (!(cause instanceof Rejected r)) {
            return Answer.refused(NOT_NOW, "the block can't be sent now");
        }
        int code =
                r.is(CommonError.INVALID)
                        ? AlinkReply.BAD_PARAMETER
                        : r.is(CommonError.NOT_FOUND) || r.is(CommonError.FORBIDDEN)
                                ? NOT_OFFERED
                                : NOT_NOW;
        return Answer.refused(code, String.valueOf(r.getMessage()));
    }

    private static void refuse(AlinkMessage message, Answer answer) {
        String rest =
                answer.code()
                        + ",\"message\":\""
                        + AlinkReply.safe(answer.message())
                        + "\",\"data\":{}";
        message.reply(new BinaryBlock(header(message, rest), new byte[0]).bytes());
    }

    private static byte[] header(AlinkMessage message, String afterCode) {
        byte[] id = message.envelope().id();
        var header = new ByteArrayOutputStream();
        header.writeBytes("{\"id\":".getBytes(StandardCharsets.US_ASCII));
        header.writeBytes(id.length == 0 ? "\"\"".getBytes(StandardCharsets.US_ASCII) : id);
        header.writeBytes((",\"code\":" + afterCode + "}").getBytes(StandardCharsets.UTF_8));
        return header.toByteArray();
    }
}
