package io.weir.cloud.devices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.devices.ProductOps.Registration;
import io.weir.api.devices.RegistrationApi;
import io.weir.cloud.devices.TopologyAnswers.Told;
import io.weir.cloud.devices.TopologyStore.Member;
import io.weir.cloud.seal.SecretBox;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.AlinkSign;
import io.weir.runtime.json.Json;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * A gateway device fetches the secrets of sub-devices that were made in advance: by their names, or
 * with their product's signature, where the product allows registration. Asking again gives the
 * same answer, until one has come in.
 */
final class SubRegistration {
    private static final int AT_ONCE = 30;

    private final SecretBox box;
    private final Time time;

    SubRegistration(SecretBox box, Time time) {
        this.box = box;
        this.time = time;
    }

    /** All of them, or none and the first one's code. */
    Told register(SqlConnection c, Call call, Member gateway, JsonNode params) {
        List<SubName> names = SubName.readAll(params, AT_ONCE);
        if (names == null) {
            return Told.refused(TopologyFlow.BAD_PARAMETER);
        }
        ArrayNode answer = Json.MAPPER.createArrayNode();
        List<Member> members = TopologyStore.byName(c, SubName.keys(names), SubName.names(names));
        for (SubName name : names) {
            Member sub = name.among(members);
            int code = judge(c, gateway, name, sub);
            if (code != TopologyFlow.OK || sub == null) {
                return Told.refused(code);
            }
            answer.add(secret(name, sub));
        }
        audit(c, call, gateway, names);
        return Told.of(Answer.ok(answer.toString()));
    }

    /** Each for itself. */
    Told byProduct(SqlConnection c, Call call, Member gateway, JsonNode params) {
        JsonNode proxieds = params.path("proxieds");
        List<SubName> names = SubName.readAll(proxieds, AT_ONCE);
        if (names == null || names.size() != proxieds.size()) {
            return Told.refused(TopologyFlow.BAD_PARAMETER);
        }
        ArrayNode successes = Json.MAPPER.createArrayNode();
        ArrayNode failures = Json.MAPPER.createArrayNode();
        List<Member> members = TopologyStore.byName(c, SubName.keys(names), SubName.names(names));
        for (int i = 0; i < names.size(); i++) {
            SubName name = names.get(i);
            Member sub = name.among(members);
            int signed = signed(c, name, proxieds.get(i));
            int code = signed == TopologyFlow.OK ? judge(c, gateway, name, sub) : signed;
            if (code == TopologyFlow.OK && sub != null) {
                successes.add(secret(name, sub));
            } else {
                failures.add(name.json().put("code", code));
            }
        }
        audit(c, call, gateway, names);
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.set("successes", successes);
        answer.set("failures", failures);
        return Told.of(Answer.ok(answer.toString()));
    }

    private static int judge(SqlConnection c, Member gateway, SubName name, @Nullable Member sub) {
        String tenant = gateway.node().tenant();
        // Another's device is none: its names are not to be found out.
        if (sub == null || !tenant.equals(sub.node().tenant())) {
            boolean product =
                    !TopologyStore.subProducts(c, List.of(name.productKey()), tenant).isEmpty();
            return !product
                    ? TopologyFlow.NO_PRODUCT
                    : name.wellFormed() ? TopologyFlow.NO_DEVICE : TopologyFlow.BAD_NAME;
        }
        var product = RegistrationStore.product(c, name.productKey());
        if (product == null || product.registration() == Registration.OFF) {
            return RegistrationApi.SWITCHED_OFF;
        }
        return TopologyFlow.register(gateway.node(), sub.node(), sub.activated());
    }

    private int signed(SqlConnection c, SubName name, JsonNode proof) {
        AlinkSign method = AlinkSign.of(proof.path("signMethod").asText());
        var product = RegistrationStore.product(c, name.productKey());
        if (product == null || !product.enabled()) {
            return TopologyFlow.NO_PRODUCT;
        }
        String content =
                AlinkSign.content(
                        Map.of(
                                "deviceName", name.deviceName(),
                                "productKey", name.productKey(),
                                "random", proof.path("random").asText()));
        String secret = box.open(AddProductHandler.owner(name.productKey()), product.secret());
        return method != null && method.matches(secret, content, proof.path("sign").asText())
                ? TopologyFlow.OK
                : TopologyFlow.WRONG_PRODUCT_SIGN;
    }

    private ObjectNode secret(SubName name, Member sub) {
        return name.json()
                .put("iotId", sub.id())
                .put("deviceSecret", box.open(sub.id(), sub.sealed()));
    }

    private void audit(SqlConnection c, Call call, Member gateway, List<SubName> names) {
        String asked = String.join(",", SubName.names(names));
        Deeds.add(
                c,
                call,
                time.now(),
                gateway.node().tenant(),
                "topology.register",
                "device:" + gateway.id(),
                asked);
    }
}
