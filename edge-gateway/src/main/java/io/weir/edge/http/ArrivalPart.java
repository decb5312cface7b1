package io.weir.edge.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Endpoint;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.api.devices.RegistrationApi.Hello;
import io.weir.api.devices.RegistrationApi.Registered;
import io.weir.edge.arrival.Arrivals;
import io.weir.edge.guard.Guard;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code POST /auth/register/device} (facts: alink.md section 2) and {@code /auth/bootstrap}
 * (section 4): what a device asks before it may come in.
 */
public final class ArrivalPart implements HttpPart {
    private static final int BODY_MAX = 4096;
    private static final long BODY_WITHIN_MS = 10_000;
    private static final int FIELD_MAX = 128;
    private static final int NAME_MAX = 64;
    private static final String REGION = "/auth/bootstrap/regionId/";

    private final Arrivals arrivals;
    private final Guard guard;

    public ArrivalPart(Arrivals arrivals, Guard guard) {
        this.arrivals = arrivals;
        this.guard = guard;
    }

    /** A request with the fields of its body and the address it came from. */
    private record Asked(HttpServerRequest request, HttpForm form, InetAddress peer) {
        /** Answers 460 and names the field that is missing or too long; true when there is one. */
        boolean lacks(int most, String... names) {
            String wrong = form.wrong(most, names);
            if (wrong != null) {
                refuse(RegistrationApi.BAD_PARAMETER, wrong + " is missing or too long");
            }
            return wrong != null;
        }

        void refuse(int code, String message) {
            HttpReply.code(request.response(), 200, code, message);
        }
    }

    @Override
    public void mount(Router router, Vertx vertx) {
        Bodies bodies = new Bodies(vertx, arrivals.time(), BODY_WITHIN_MS);
        router.post("/auth/register/device")
                .handler(
                        c ->
                                bodies.read(
                                        c.request(),
                                        BODY_MAX,
                                        body -> register(asked(c.request(), body))));
        router.post("/auth/bootstrap")
                .handler(
                        c ->
                                bodies.read(
                                        c.request(),
                                        BODY_MAX,
                                        body -> bootstrap(asked(c.request(), body))));
        router.get(REGION + ":id").handler(c -> region(c.request()));
    }

    private @Nullable Asked asked(HttpServerRequest request, Buffer body) {
        InetAddress peer = Doorstep.address(request);
        HttpForm form = HttpForm.read(body);
        if (peer == null) {
            return null;
        }
        if (form == null) {
            HttpReply.code(request.response(), 200, HttpCode.BAD_FIELD, "the body is no form");
            return null;
        }
        if (!guard.connect(Guard.party(peer))) {
            HttpReply.code(request.response(), 200, RegistrationApi.TOO_MANY, "too many requests");
            return null;
        }
        return new Asked(request, form, peer);
    }

    private void register(@Nullable Asked asked) {
        if (asked == null
                || asked.lacks(
                        FIELD_MAX, "productKey", "deviceName", "random", "sign", "signMethod")) {
            return;
        }
        HttpForm form = asked.form();
        var question =
                new Arrivals.Asked(
                        Form.SECRET,
                        form.get("productKey"),
                        form.get("deviceName"),
                        form.get("random"),
                        form.get("sign"),
                        form.get("signMethod"),
                        asked.request().isSSL());
        arrivals.register(question, Guard.party(asked.peer()), asked.peer().getHostAddress())
                .onSuccess(answer -> registered(asked, question, answer))
                .onFailure(e -> asked.refuse(HttpCode.NOT_NOW, "the cloud gives no answer"));
    }

    private static void registered(Asked asked, Arrivals.Asked question, Registered answer) {
        if (answer.code() != RegistrationApi.SUCCESS || answer.deviceSecret() == null) {
            asked.refuse(answer.code(), answer.message());
            return;
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("productKey", question.productKey());
        data.put("deviceName", question.deviceName());
        data.put("deviceSecret", answer.deviceSecret());
        success(asked.request(), data);
    }

    private void bootstrap(@Nullable Asked asked) {
        if (asked == null || asked.lacks(NAME_MAX, "productKey", "deviceName")) {
            return;
        }
        HttpForm form = asked.form();
        if (form.get("clientId").length() > NAME_MAX) {
            asked.refuse(HttpCode.BAD_FIELD, "clientId is too long");
            return;
        }
        boolean mqtt = wanted(form.get("resources"));
        arrivals.bootstrap(
                        form.get("productKey"), form.get("deviceName"), Guard.party(asked.peer()))
                .onSuccess(
                        answer -> {
                            if (answer.code() == RegistrationApi.SUCCESS) {
                                endpoint(asked.request(), answer, mqtt);
                            } else {
                                asked.refuse(answer.code(), answer.message());
                            }
                        })
                .onFailure(e -> asked.refuse(HttpCode.NOT_NOW, "the cloud gives no answer"));
    }

    /** There is one region: this gateway. */
    private void region(HttpServerRequest request) {
        InetAddress peer = Doorstep.address(request);
        if (peer == null) {
            return;
        }
        if (!guard.connect(Guard.party(peer))) {
            HttpReply.code(request.response(), 200, RegistrationApi.TOO_MANY, "too many requests");
            return;
        }
        Hello own = arrivals.own();
        endpoint(
                request,
                new Endpoint(
                        RegistrationApi.SUCCESS, "success", own.publicHost(), own.publicMqttPort()),
                true);
    }

    /** Nothing named means all. */
    private static boolean wanted(String resources) {
        return resources.isEmpty()
                || Arrays.stream(resources.split(",", -1))
                        .anyMatch(r -> r.strip().equalsIgnoreCase("mqtt"));
    }

    private static void endpoint(HttpServerRequest request, Endpoint endpoint, boolean mqtt) {
        Map<String, Object> address = new LinkedHashMap<>();
        address.put("host", endpoint.host());
        address.put("port", endpoint.port());
        success(request, Map.of("resources", mqtt ? Map.of("mqtt", address) : Map.of()));
    }

    private static void success(HttpServerRequest request, Map<String, Object> data) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("code", RegistrationApi.SUCCESS);
        reply.put("data", data);
        reply.put("message", "success");
        HttpReply.json(request.response(), reply);
    }
}
