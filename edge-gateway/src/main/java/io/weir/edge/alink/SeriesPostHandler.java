package io.weir.edge.alink;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.edge.alink.AlinkMessage.Fact;
import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.Device;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import java.util.ArrayList;
import java.util.List;

/**
 * Batch, pack and history posts (facts: alink.md section 6). Acknowledged when all of their facts
 * are synced. A message that speaks for a device other than the sender is refused whole: half of it
 * acknowledged would be a loss that nobody hears of.
 */
public final class SeriesPostHandler implements AlinkHandler {
    private static final int NO_TOPOLOGY = 6401;
    private static final int MAX_ELEMENTS = 200;

    private final Time time;

    public SeriesPostHandler(Time time) {
        this.time = time;
    }

    @Override
    public void handle(AlinkMessage message) {
        Envelope e = message.envelope();
        CompiledModel model = message.sender().device().product().model();
        if (!e.fine() || model == null) {
            int code = e.fine() ? AlinkReply.BAD_PARAMETER : e.code();
            message.answer(code, AlinkReply.message(code), "{}");
            return;
        }
        JsonNode params;
        try {
            params = Json.tree(e.params());
        } catch (IllegalArgumentException bad) {
            refuse(message, AlinkReply.BAD_PARAMETER);
            return;
        }
        if (others(params, message.sender().device())) {
            message.answer(NO_TOPOLOGY, "the message tells of a device that is not here", "{}");
            return;
        }
        boolean history = message.topic().kind == AlinkTopic.Kind.HISTORY_POST;
        if (!history && !params.isObject() || history && params.size() > MAX_ELEMENTS) {
            refuse(message, AlinkReply.BAD_PARAMETER);
            return;
        }
        var post = new SeriesPost(model, time.now().toEpochMilli());
        List<Fact> facts = history ? history(post, params) : post.batch(params);
        if (post.tooMuch()) {
            refuse(message, AlinkReply.TOO_MANY_KEYS);
        } else if (facts.isEmpty()) {
            String rejected = AlinkReply.data(post.faults());
            message.answer(AlinkReply.BAD_PARAMETER, "nothing of it fits", rejected);
        } else {
            keep(message, post, facts, urgent(facts, model));
        }
    }

    private static void keep(AlinkMessage message, SeriesPost post, List<Fact> facts, Lane lane) {
        boolean whole = post.faults().isEmpty();
        message.replying(AlinkReply.OK, "success", AlinkReply.data(post.faults()))
                .journal(lane, facts, whole ? Outcome.ACCEPTED : Outcome.PARTIAL);
    }

    private static List<Fact> history(SeriesPost post, JsonNode params) {
        List<Fact> facts = new ArrayList<>();
        for (JsonNode element : params.isArray() ? params : List.of(params)) {
            Fact fact = post.history(element);
            if (fact != null) {
                facts.add(fact);
            }
        }
        return facts;
    }

    /** A message goes by one lane: that of the most urgent thing in it. */
    private static Lane urgent(List<Fact> facts, CompiledModel model) {
        for (Fact fact : facts) {
            var event = fact.kind() == FactKind.EVENT_POST ? model.event(fact.name()) : null;
            if (event != null && event.urgent()) {
                return Lane.ALARM;
            }
        }
        return Lane.TELEMETRY;
    }

    private static boolean others(JsonNode params, Device self) {
        if (!params.path("subDevices").isEmpty()) {
            return true;
        }
        if (params.isArray()) {
            for (JsonNode element : params) {
                if (other(element.path("identity"), self)) {
                    return true;
                }
            }
        }
        return other(params.path("identity"), self);
    }

    private static boolean other(JsonNode identity, Device self) {
        return !identity.isEmpty()
                && !(identity.path("productKey").asText().equals(self.productKey())
                        && identity.path("deviceName").asText().equals(self.deviceName()));
    }

    private static void refuse(AlinkMessage message, int code) {
        message.answer(code, AlinkReply.message(code), "{}");
    }
}
