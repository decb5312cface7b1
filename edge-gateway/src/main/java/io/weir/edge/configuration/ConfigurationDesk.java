package io.weir.edge.configuration;

import io.vertx.core.Future;
import io.weir.api.alink.AlinkApi;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.configuration.ConfigurationApi;
import io.weir.api.configuration.ConfigurationApi.Offer;
import io.weir.api.edge.EdgeApi.CommandReply;
import io.weir.api.edge.EdgeApi.DeviceRequest;
import io.weir.edge.alink.AlinkHandler;
import io.weir.edge.alink.AlinkMessage;
import io.weir.edge.alink.AlinkReply;
import io.weir.edge.alink.Envelope;
import io.weir.edge.alink.Questions;
import io.weir.edge.downlink.Downlink;
import io.weir.edge.download.Content;
import io.weir.edge.download.Content.Source;
import io.weir.edge.download.Downloads;
import io.weir.edge.link.CloudLink;
import io.weir.model.problem.Rejected;
import io.weir.runtime.json.Json;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remote configuration (facts: alink.md section 6, rows config get and push): the cloud knows which
 * one, the gateway makes the address under which this device fetches it.
 */
public final class ConfigurationDesk implements AlinkHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationDesk.class);
    private static final String PUSH = "thing/config/push";
    private static final int NOT_NOW = 503;

    private final Downloads downloads;
    private final Questions questions;
    private final Downlink downlink;

    public ConfigurationDesk(Downloads downloads, Questions questions, Downlink downlink) {
        this.downloads = downloads;
        this.questions = questions;
        this.downlink = downlink;
    }

    /** On the event loop that is to answer. */
    public void serve(CloudLink link) {
        link.serve(ConfigurationApi.OFFER, (call, offer) -> push(offer));
    }

    @Override
    public void handle(AlinkMessage message) {
        Envelope e = message.envelope();
        if (!e.fine()) {
            message.answer(e.code(), AlinkReply.safe("this is no Alink request"), "{}");
            return;
        }
        questions.ask(
                message,
                AlinkApi.CONFIGURATION,
                e.params(),
                answer -> {
                    Answer told = told(message.sender().device().deviceId(), answer);
                    message.reply(told.code(), told.message(), told.dataJson());
                });
    }

    /** The cloud's answer with an address in it. */
    private Answer told(String deviceId, Answer answer) {
        if (answer.code() != AlinkReply.OK) {
            return answer;
        }
        try {
            Offer offer = Json.read(answer.dataJson(), Offer.class);
            if (!offer.deviceId().equals(deviceId)) {
                throw new IllegalArgumentException("an offer to another device");
            }
            return Answer.ok(data(offer));
        } catch (Rejected | IllegalArgumentException e) {
            LOG.warn("a configuration of the cloud can't be passed on: {}", e.getMessage());
            return Answer.refused(NOT_NOW, "the configuration can't be offered now");
        }
    }

    /** Fails with Rejected: DEVICE_OFFLINE, a timeout, or what the address says. */
    private Future<CommandReply> push(Offer offer) {
        try {
            return downlink.request(new DeviceRequest(offer.deviceId(), PUSH, data(offer), true));
        } catch (Rejected e) {
            return Future.failedFuture(e);
        }
    }

    private String data(Offer offer) {
        var content =
                new Content(Source.CONFIGURATION, offer.configId(), offer.size(), offer.sha256());
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("configId", offer.configId());
        data.put("configSize", offer.size());
        data.put("sign", offer.sha256());
        data.put("signMethod", "Sha256");
        data.put("url", downloads.address(offer.deviceId(), content));
        data.put("getType", "file");
        return Json.text(data);
    }
}
