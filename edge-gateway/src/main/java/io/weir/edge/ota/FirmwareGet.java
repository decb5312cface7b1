package io.weir.edge.ota;

import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.ota.OtaApi.Offer;
import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkReply;
import io.weir.edge.alink.Envelope;
import io.weir.edge.alink.Questions;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device asks whether there is firmware for it: the cloud knows, the gateway makes the address.
 * The old way to ask is answered by a push.
 */
final class FirmwareGet implements AlinkHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FirmwareGet.class);
    private static final String NONE = "{}";
    private static final int NOT_NOW = 503;

    private final OtaDesk desk;
    private final Questions questions;

    FirmwareGet(OtaDesk desk, Questions questions) {
        this.desk = desk;
        this.questions = questions;
    }

    @Override
    public void handle(AlinkMessage message) {
        Envelope e = message.envelope();
        if (!e.fine()) {
            message.answer(e.code(), AlinkReply.safe("this is no Alink request"), NONE);
            return;
        }
        questions.ask(
                message,
                AlinkApi.OTA,
                e.params(),
                answer -> reply(message, answer(message, answer)));
    }

    private void reply(AlinkMessage message, Answer answer) {
        boolean old = message.topic().reply().startsWith("/ota/");
        if (old && answer.code() == AlinkReply.OK && !answer.dataJson().equals(NONE)) {
            message.reply(desk.push(answer.dataJson()));
        } else {
            message.reply(answer.code(), answer.message(), answer.dataJson());
        }
    }

    /** The cloud's answer with an address in it. */
    private Answer answer(AlinkMessage message, Answer answer) {
        if (answer.code() != AlinkReply.OK) {
            return answer;
        }
        try {
            Offer offer = read(answer, message.sender().device().deviceId());
            return Answer.ok(offer == null ? NONE : desk.data(offer));
        } catch (Rejected | IllegalArgumentException e) {
            LOG.warn("an offer of the cloud can't be passed on: {}", e.getMessage());
            return Answer.refused(NOT_NOW, "the firmware can't be offered now");
        }
    }

    /**
     * Null when the cloud offers nothing. Throws IllegalArgumentException for what is no offer to
     * this device.
     */
    static @Nullable Offer read(Answer answer, String deviceId) {
        if (Json.tree(answer.dataJson()).isEmpty()) {
            return null;
        }
        Offer offer = Json.read(answer.dataJson(), Offer.class);
        if (!offer.deviceId().equals(deviceId)) {
            throw new IllegalArgumentException("an offer to another device");
        }
        return offer;
    }
}
