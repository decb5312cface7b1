package io.weir.cloud.devices;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.alink.AlinkApi.Answer;
import io.weir.api.alink.AlinkApi.Question;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.cloud.devices.SubNotices.Change;
import io.weir.cloud.devices.TopologyStore.Member;
import io.weir.cloud.seal.SecretBox;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.SubDeviceProof;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What gateway devices ask about their sub-devices (facts: alink.md section 6, topology rows). Of
 * several devices in one request all are taken, or none and the first one's code is the answer.
 */
final class TopologyAnswers {
    private static final String DEVICE = "device";
    private static final int AT_ONCE = 30;

    private final Tx tx;
    private final SecretBox box;
    private final Announcer announcer;
    private final SubNotices notices;
    private final SubRegistration registration;
    private final Time time;
    private final int most;

    /**
     * @param most sub-devices behind one gateway device
     */
    TopologyAnswers(
            Tx tx, SecretBox box, Announcer announcer, SubNotices notices, Time time, int most) {
        this.tx = tx;
        this.box = box;
        this.announcer = announcer;
        this.notices = notices;
        this.registration = new SubRegistration(box, time);
        this.time = time;
        this.most = most;
    }

    /**
     * An answer, and what follows once it is committed.
     *
     * @param version to announce, 0 for none
     * @param left gateway devices that lost some of theirs to the one that asks
     */
    record Told(Answer answer, long version, Map<String, List<Member>> left) {
        static Told of(Answer answer) {
            return new Told(answer, 0, Map.of());
        }

        static Told refused(int code) {
            return of(Answer.refused(code, TopologyFlow.message(code)));
        }

        static Told changed(List<SubName> names, long version) {
            return new Told(Answer.ok(SubName.json(names)), version, Map.of());
        }
    }

    Answer handle(Call call, Question question) {
        Told told = tx.system(c -> answer(c, call, question));
        announcer.announce(told.version());
        told.left()
                .forEach((gateway, subs) -> notices.changed(call, gateway, Change.REMOVED, subs));
        return told.answer();
    }

    private Told answer(SqlConnection c, Call call, Question question) {
        Member gateway = asking(c, question);
        if (gateway == null) {
            return Told.refused(TopologyFlow.NO_DEVICE);
        }
        int code = TopologyFlow.gateway(gateway.node());
        if (code != TopologyFlow.OK) {
            return Told.refused(code);
        }
        JsonNode params = Json.tree(question.paramsJson());
        return switch (question.method()) {
            case "thing.topo.add" -> add(c, call, gateway, params);
            case "thing.topo.delete" -> remove(c, call, gateway, params, false);
            case "thing.topo.get" -> get(c, gateway);
            case "thing.list.found" -> found(c, gateway, params);
            case "thing.sub.register" -> registration.register(c, call, gateway, params);
            case "thing.sub.unregister" -> remove(c, call, gateway, params, true);
            case "thing.proxy.provisioning.product_register" ->
                    registration.byProduct(c, call, gateway, params);
            default -> Told.refused(TopologyFlow.BAD_PARAMETER);
        };
    }

    /** The device that asks, if the edge gateway that carries the question may speak for it. */
    private static @Nullable Member asking(SqlConnection c, Question question) {
        for (Place place : DeviceStore.places(c, List.of(question.deviceId()))) {
            if (place.mayTell(question.gateway())) {
                return TopologyStore.byId(c, List.of(question.deviceId())).getFirst();
            }
        }
        return null;
    }

    private Told add(SqlConnection c, Call call, Member asking, JsonNode params) {
        List<SubDeviceProof> proofs = SubDeviceProof.readAll(params, null, AT_ONCE);
        if (proofs == null) {
            return Told.refused(TopologyFlow.BAD_PARAMETER);
        }
        List<SubName> names =
                proofs.stream().map(p -> new SubName(p.productKey(), p.deviceName())).toList();
        lock(c, asking, names);
        Member gateway = TopologyStore.byId(c, List.of(asking.id())).getFirst();
        List<Member> members = named(c, names);
        List<Member> subs = new ArrayList<>();
        Map<String, List<Member>> left = new TreeMap<>();
        int more = 0;
        for (int i = 0; i < proofs.size(); i++) {
            Member sub = names.get(i).among(members);
            boolean signed = sub != null && proofs.get(i).holds(box.open(sub.id(), sub.sealed()));
            int code = TopologyFlow.add(gateway.node(), sub == null ? null : sub.node(), signed);
            if (code != TopologyFlow.OK || sub == null) {
                return Told.refused(code);
            }
            String parent = sub.node().parent();
            more += gateway.id().equals(parent) ? 0 : 1;
            if (parent != null && !parent.equals(gateway.id())) {
                left.computeIfAbsent(parent, p -> new ArrayList<>()).add(sub);
            }
            subs.add(sub);
        }
        int room = TopologyFlow.room(gateway.node(), more, most);
        if (room != TopologyFlow.OK) {
            return Told.refused(room);
        }
        Instant now = time.now();
        long version = Topology.link(c, gateway, subs, now, DEVICE);
        audit(c, call, gateway, "topology.add", subs);
        return new Told(Answer.ok(SubName.json(names)), version, left);
    }

    /**
     * Takes out those of the gateway's; others are no business of its. One that is unregistered
     * gets a new secret, which the next registration tells: nobody logs in with the old one.
     */
    private Told remove(
            SqlConnection c, Call call, Member asking, JsonNode params, boolean unregister) {
        List<SubName> names = SubName.readAll(params, AT_ONCE);
        if (names == null) {
            return Told.refused(TopologyFlow.BAD_PARAMETER);
        }
        lock(c, asking, names);
        List<Member> own =
                named(c, names).stream()
                        .filter(sub -> asking.id().equals(sub.node().parent()))
                        .toList();
        if (unregister) {
            own.forEach(
                    sub ->
                            TopologyStore.newSecret(
                                    c, sub.id(), box.seal(sub.id(), box.newSecret())));
        }
        long version = Topology.unlink(c, own);
        audit(c, call, asking, unregister ? "topology.unregister" : "topology.remove", own);
        return Told.changed(own.stream().map(SubName::of).toList(), version);
    }

    private static Told get(SqlConnection c, Member gateway) {
        List<SubName> names =
                TopologyStore.behind(c, gateway.id()).stream().map(SubName::of).toList();
        return Told.changed(names, 0);
    }

    private Told found(SqlConnection c, Member gateway, JsonNode params) {
        List<SubName> names = SubName.readAll(params, AT_ONCE);
        if (names == null) {
            return Told.refused(TopologyFlow.BAD_PARAMETER);
        }
        List<String> keys = SubName.keys(names);
        String tenant = gateway.node().tenant();
        if (!TopologyStore.subProducts(c, keys, tenant).containsAll(keys)) {
            return Told.refused(TopologyFlow.NO_PRODUCT);
        }
        if (!names.stream().allMatch(SubName::wellFormed)) {
            return Told.refused(TopologyFlow.BAD_NAME);
        }
        if (TopologyStore.keptFound(c, gateway.id()) + names.size() > most) {
            return Told.refused(TopologyFlow.TOO_MANY);
        }
        TopologyStore.found(c, gateway, keys, SubName.names(names), time.now());
        return Told.of(Answer.ok("{}"));
    }

    private static void lock(SqlConnection c, Member asking, List<SubName> names) {
        List<Member> concerned = new ArrayList<>(named(c, names));
        concerned.add(asking);
        Topology.lock(c, asking.node().tenant(), concerned);
    }

    private static List<Member> named(SqlConnection c, List<SubName> names) {
        return TopologyStore.byName(c, SubName.keys(names), SubName.names(names));
    }

    private void audit(
            SqlConnection c, Call call, Member gateway, String action, List<Member> subs) {
        String ids = String.join(",", subs.stream().map(Member::id).toList());
        Deeds.add(
                c,
                call,
                time.now(),
                gateway.node().tenant(),
                action,
                "device:" + gateway.id(),
                ids);
    }
}
