package io.weir.edge.files;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.core.Future;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.files.FilesApi;
import io.weir.api.files.FilesApi.Piece;
import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkReply;
import io.weir.edge.alink.BinaryBlock;
import io.weir.edge.alink.Envelope;
import io.weir.edge.alink.Outcome;
import io.weir.edge.alink.Questions;
import io.weir.edge.link.CloudLink;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * A piece of a file that a device uploads goes on to the cloud, in slices that pass the door. The
 * device hears of it when all of it is stored there; one that hears nothing, or 503, sends it
 * again, which does no harm.
 */
public final class FileSend implements AlinkHandler {
    private final CloudLink link;
    private final Questions questions;
    private final String gateway;

    public FileSend(CloudLink link, Questions questions, String gateway) {
        this.link = link;
        this.questions = questions;
        this.gateway = gateway;
    }

    @Override
    public void handle(AlinkMessage message) {
        BinaryBlock block = BinaryBlock.read(message.payload());
        if (block == null) {
            answer(message, Envelope.read(new byte[0]), "the piece came damaged");
            return;
        }
        Envelope envelope = Envelope.read(block.header());
        Piece piece = piece(message, envelope, block.piece());
        if (piece == null) {
            answer(message, envelope, "uploadId, offset and bSize must say what the piece is");
            return;
        }
        questions.ask(message, () -> pass(piece, 0), answer -> reply(message, envelope, answer));
    }

    /** Null when the header does not say what the piece is. */
    private @Nullable Piece piece(AlinkMessage message, Envelope envelope, byte[] bytes) {
        try {
            JsonNode params = Json.tree(envelope.params());
            boolean fine =
                    params.path("uploadId").isTextual()
                            && params.path("offset").canConvertToLong()
                            && params.path("offset").asLong() >= 0
                            && params.path("bSize").asLong(-1) == bytes.length;
            return fine
                    ? new Piece(
                            gateway,
                            message.sender().device().deviceId(),
                            params.path("uploadId").asText(),
                            params.path("offset").asLong(),
                            bytes,
                            params.path("isComplete").asBoolean(false))
                    : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Slice by slice; the first that is refused is the answer to all. */
    private Future<Answer> pass(Piece all, int from) {
        int to = Math.min(all.bytes().length, from + FilesApi.PIECE_BYTES);
        boolean last = to == all.bytes().length;
        var slice =
                new Piece(
                        all.gateway(),
                        all.deviceId(),
                        all.uploadId(),
                        all.offset() + from,
                        Arrays.copyOfRange(all.bytes(), from, to),
                        last && all.complete());
        Future<Answer> answer = link.call(FilesApi.PIECE, slice);
        return last
                ? answer
                : answer.compose(
                        a -> a.code() == AlinkReply.OK ? pass(all, to) : Future.succeededFuture(a));
    }

    private static void answer(AlinkMessage message, Envelope envelope, String why) {
        message.answer(
                bytes(message, envelope, Answer.refused(AlinkReply.BAD_PARAMETER, why)),
                Outcome.REJECTED);
    }

    private static void reply(AlinkMessage message, Envelope envelope, Answer answer) {
        message.reply(bytes(message, envelope, answer));
    }

    private static byte[] bytes(AlinkMessage message, Envelope envelope, Answer answer) {
        return AlinkReply.join(
                envelope.id(),
                AlinkReply.tail(
                        answer.code(),
                        AlinkReply.safe(answer.message()),
                        message.topic().method,
                        answer.dataJson()));
    }
}
