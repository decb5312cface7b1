package io.weir.edge.alink;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.edge.alink.AlinkMessage.Fact;
import io.weir.edge.alink.AlinkMessage.Owned;
import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.Device;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * Batch, pack and history posts (facts: alink.md section 6). Acknowledged when all of their facts
 * are synced; the meter hears of a batch's counters as of single posts. A pack speaks for the
 * sender's logged-in sub-devices too. A message that speaks for any other device is refused whole:
 * half of it acknowledged would be a loss that nobody hears of.
 */
public final class SeriesPostHandler implements AlinkHandler {
    private static final int NO_TOPOLOGY = 6401;
    private static final int MAX_ELEMENTS = 200;
    private static final int MAX_SUBS = 20;

    private final Time time;

    public SeriesPostHandler(Time time) {
        this.time = time;
    }

    /** One device's part of a message. */
    private record Part(Sender from, JsonNode params, CompiledModel model) {}

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
        if (message.topic().kind == AlinkTopic.Kind.HISTORY_POST) {
            history(message, params, model);
        } else {
            batch(message, params, model);
        }
    }

    private void history(AlinkMessage message, JsonNode params, CompiledModel model) {
        Device self = message.sender().device();
        for (JsonNode element : params.isArray() ? params : List.of(params)) {
            if (!own(element.path("identity"), self)) {
                strange(message);
                return;
            }
        }
        if (params.size() > MAX_ELEMENTS) {
            refuse(message, AlinkReply.BAD_PARAMETER);
            return;
        }
        var post = new SeriesPost(model, time.now().toEpochMilli());
        List<Owned> facts = new ArrayList<>();
        for (JsonNode element : params.isArray() ? params : List.of(params)) {
            Fact fact = post.history(element);
            if (fact != null) {
                facts.add(new Owned(message.sender(), fact));
            }
        }
        if (post.tooMuch()) {
            refuse(message, AlinkReply.TOO_MANY_KEYS);
        } else {
            keep(message, facts, post.faults(), Lane.TELEMETRY);
        }
    }

    private void batch(AlinkMessage message, JsonNode params, CompiledModel model) {
        JsonNode subs = params.path("subDevices");
        if (!params.isObject() || subs.size() > MAX_SUBS) {
            refuse(message, AlinkReply.BAD_PARAMETER);
            return;
        }
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(message.sender(), params, model));
        for (JsonNode sub : subs) {
            Part part = part(message.sender(), sub);
            if (part == null) {
                strange(message);
                return;
            }
            parts.add(part);
        }
        if (!own(params.path("identity"), message.sender().device())) {
            strange(message);
            return;
        }
        List<Owned> facts = new ArrayList<>();
        List<PostReader.Fault> faults = new ArrayList<>();
        List<SeriesPost> posts = new ArrayList<>();
        for (Part part : parts) {
            var post = new SeriesPost(part.model(), time.now().toEpochMilli());
            post.batch(part.params()).forEach(f -> facts.add(new Owned(part.from(), f)));
            faults.addAll(post.faults());
            posts.add(post);
        }
        if (posts.stream().anyMatch(SeriesPost::tooMuch)) {
            refuse(message, AlinkReply.TOO_MANY_KEYS);
            return;
        }
        note(message, parts, posts, facts);
        keep(message, facts, faults, urgent(facts));
    }

    /** Null when it is of no sub-device that is logged in here. */
    private static @Nullable Part part(Sender gateway, JsonNode sub) {
        JsonNode identity = sub.path("identity");
        Sender from =
                gateway.sub(
                        identity.path("productKey").asText(), identity.path("deviceName").asText());
        CompiledModel model = from == null ? null : from.device().product().model();
        return from == null || model == null ? null : new Part(from, sub, model);
    }

    private static void note(
            AlinkMessage message, List<Part> parts, List<SeriesPost> posts, List<Owned> facts) {
        MeterNotes notes = message.notes();
        for (int i = 0; i < parts.size(); i++) {
            notes.counters(parts.get(i).from(), posts.get(i).counters(), message.inlet());
        }
        for (Owned owned : facts) {
            if (owned.fact().kind() == FactKind.EVENT_POST) {
                notes.event(owned.of(), owned.fact().name(), owned.fact().payload());
            }
        }
    }

    private static void keep(
            AlinkMessage message, List<Owned> facts, List<PostReader.Fault> faults, Lane lane) {
        String rejected = AlinkReply.data(faults);
        if (facts.isEmpty()) {
            message.answer(AlinkReply.BAD_PARAMETER, "nothing of it fits", rejected);
        } else {
            message.replying(AlinkReply.OK, "success", rejected)
                    .journalOf(lane, facts, faults.isEmpty() ? Outcome.ACCEPTED : Outcome.PARTIAL);
        }
    }

    /** A message goes by one lane: that of the most urgent thing in it. */
    private static Lane urgent(List<Owned> facts) {
        for (Owned owned : facts) {
            CompiledModel model = owned.of().device().product().model();
            var check =
                    model == null || owned.fact().kind() != FactKind.EVENT_POST
                            ? null
                            : model.event(owned.fact().name());
            if (check != null && check.urgent()) {
                return Lane.ALARM;
            }
        }
        return Lane.TELEMETRY;
    }

    private static boolean own(JsonNode identity, Device self) {
        return identity.isEmpty()
                || identity.path("productKey").asText().equals(self.productKey())
                        && identity.path("deviceName").asText().equals(self.deviceName());
    }

    private static void strange(AlinkMessage message) {
        message.answer(NO_TOPOLOGY, "the message tells of a device that is not here", "{}");
    }

    private static void refuse(AlinkMessage message, int code) {
        message.answer(code, AlinkReply.message(code), "{}");
    }
}
