package io.weir.edge.alink;

import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.runtime.time.Time;

import java.nio.charset.StandardCharsets;

/**
 * Passes a shadow message on to the cloud and its answer back (facts: alink.md section 8). It has
 * no id: whole messages go both ways.
 */
public final class ShadowHandler implements AlinkHandler {
    private static final int MAX_BYTES = 65_536;
    private static final String UNFIT = "the message is too large";

    private final Questions questions;
    private final Time time;

    public ShadowHandler(Questions questions, Time time) {
        this.questions = questions;
        this.time = time;
    }

    @Override
    public void handle(AlinkMessage message) {
        if (message.payload().length > MAX_BYTES) {
            message.answer(error(400, UNFIT), Outcome.REJECTED);
            return;
        }
        String whole = new String(message.payload(), StandardCharsets.UTF_8);
        questions.ask(message, AlinkApi.TWIN, whole, answer -> message.reply(reply(answer)));
    }

    private byte[] reply(Answer answer) {
        return answer.code() == AlinkReply.OK
                ? answer.dataJson().getBytes(StandardCharsets.UTF_8)
                : error(answer.code(), answer.message());
    }

    private byte[] error(int code, String message) {
        String text =
                "{\"method\":\"reply\",\"payload\":{\"status\":\"error\",\"content\":{\"errorcode\":\"%d\",\"errormessage\":\"%s\"}},\"timestamp\":%d}"
                        .formatted(code, AlinkReply.safe(message), time.now().getEpochSecond());
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
