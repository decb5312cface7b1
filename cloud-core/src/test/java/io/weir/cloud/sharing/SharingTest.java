package io.weir.cloud.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.members.MembersApi;
import io.weir.api.members.MembersApi.MemberFacts;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.Access;
import io.weir.api.sharing.SharingApi.CountBound;
import io.weir.api.sharing.SharingApi.DropDevice;
import io.weir.api.sharing.SharingApi.GetAccess;
import io.weir.api.sharing.SharingApi.How;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.oms.OmsRoutes;
import io.weir.model.access.Role;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Holders, guests and groups over the real pipeline. */
class SharingTest {
    private static ApiFixture api;
    private static int next;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        api.api(ApiFixture.CONFIG, List.of(SharingRoutes.CONTEXT, OmsRoutes.CONTEXT));
        api.context(
                new SharingVerticle(new SharingConfig(3, 50, 50, 4), api.bus, api.tx, api.time));
        api.bus.serve(
                DevicesApi.DISPENSER,
                (call, q) ->
                        new Dispenser(
                                q.deviceId(),
                                "",
                                q.deviceId().startsWith("O") ? "/OTHR/" : "/DEMO/A001/",
                                "",
                                !q.deviceId().startsWith("X"),
                                true,
                                "edge-1",
                                MeasureMode.VOLUME,
                                Map.of(),
                                false));
        api.bus.serve(
                MembersApi.FACTS,
                (call, q) -> {
                    if (q.uid().startsWith("NONE")) {
                        throw Rejected.notFound("member");
                    }
                    String tenant = q.uid().startsWith("OTHR") ? "/OTHR/" : "/DEMO/";
                    return new MemberFacts(q.uid(), tenant, "", true, List.of());
                });
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static String uid() {
        return "DEMO%016X".formatted(++next);
    }

    private static String device() {
        return "WD%06d".formatted(++next);
    }

    private static String token(String uid) {
        return api.token(Role.MEMBER, "/DEMO/", uid);
    }

    private static String vendor() {
        return api.token(Role.VENDOR, "/DEMO/");
    }

    private static Reply post(String path, String token, Map<String, ?> body) {
        return api.post(path, token, body);
    }

    private static Reply delete(String path, String token) {
        return api.send("DELETE", path, token, null, Map.of());
    }

    private static Reply put(String path, String token, Map<String, ?> body) {
        return api.send("PUT", path, token, Json.text(body), Map.of());
    }

    private static String bound(String uid) {
        String device = device();
        assertThat(post("/devices/" + device + "/bind", token(uid), Map.of()).status())
                .isEqualTo(201);
        return device;
    }

    private static String offer(String device, String holder, Map<String, ?> body) {
        Reply offer = post("/devices/" + device + "/share", token(holder), body);
        assertThat(offer.status()).as(offer.json().toString()).isEqualTo(201);
        return offer.data().path("code").asText();
    }

    private static Reply accept(String code, String guest) {
        return post("/shares/accept", token(guest), Map.of("code", code));
    }

    private static Access access(String device, String uid) {
        return api.bus
                .call(SharingApi.ACCESS, new GetAccess(device, uid), Call.system("test"))
                .await();
    }

    @RepeatedTest(5)
    @Tag("stores:bindDevice")
    @Tag("refuses:bindDevice")
    @Tag("shows:A-075")
    void ofTwoMembersAtOnceExactlyOneBinds() throws Exception {
        String device = device();
        List<String> both = List.of(uid(), uid());
        try (var threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Reply>> asks =
                    both.stream()
                            .<Callable<Reply>>map(
                                    u ->
                                            () ->
                                                    post(
                                                            "/devices/" + device + "/bind",
                                                            token(u),
                                                            Map.of()))
                            .toList();
            List<Reply> replies = threads.invokeAll(asks).stream().map(Future::resultNow).toList();
            assertThat(replies.stream().map(Reply::status)).containsExactlyInAnyOrder(201, 409);
            assertThat(replies.stream().map(Reply::code)).contains("ALREADY_BOUND");
            String holder = replies.get(0).status() == 201 ? both.get(0) : both.get(1);
            assertThat(access(device, holder).how()).isEqualTo(How.HOLDER);
            assertThat(post("/devices/" + device + "/bind", token(holder), Map.of()).status())
                    .as("again is the same")
                    .isEqualTo(201);
        }
    }

    @Test
    @Tag("refuses:bindDevice")
    void aForeignDeviceForeignMemberOrSomebodyElseIsRefused() {
        String uid = uid();
        assertThat(post("/devices/OT1/bind", token(uid), Map.of()).code()).isEqualTo("NOT_FOUND");
        Reply other = post("/devices/WD1/bind", token(uid), Map.of("uid", uid()));
        assertThat(other.fields()).containsExactly("uid");
        assertThat(post("/devices/WD1/bind", vendor(), Map.of()).fields()).containsExactly("uid");
        for (String wrong : List.of("OTHR0000000000000001", "NONE0000000000000001")) {
            assertThat(post("/devices/WD1/bind", vendor(), Map.of("uid", wrong)).fields())
                    .containsExactly("uid");
        }
    }

    @Test
    @Tag("stores:unbindDevice")
    @Tag("refuses:unbindDevice")
    @Tag("shows:A-077")
    void withTheBindingEndSharesAndPlacesInGroups() {
        String holder = uid();
        String guest = uid();
        String device = bound(holder);
        accept(offer(device, holder, Map.of()), guest);
        long group = group(holder);
        post("/groups/" + group + "/devices", token(holder), Map.of("device_id", device));
        String path = "/devices/" + device + "/bind";
        assertThat(delete(path, token(guest)).code()).isEqualTo("NOT_FOUND");
        assertThat(delete(path, token(holder)).status()).isEqualTo(204);
        assertThat(access(device, guest)).isEqualTo(new Access(false, How.NONE, Set.of()));
        assertThat(api.get("/groups/" + group + "/devices", token(holder)).data()).isEmpty();
        assertThat(delete(path, token(holder)).code()).isEqualTo("NOT_FOUND");
        assertThat(post(path, vendor(), Map.of("uid", guest)).status()).isEqualTo(201);
        assertThat(delete(path, vendor()).status()).isEqualTo(204);
    }

    @Test
    @Tag("stores:shareDevice")
    @Tag("stores:acceptShare")
    @Tag("stores:listShares")
    @Tag("stores:endShare")
    @Tag("stores:removeShare")
    @Tag("refuses:shareDevice")
    @Tag("refuses:acceptShare")
    @Tag("refuses:listShares")
    @Tag("refuses:endShare")
    @Tag("refuses:removeShare")
    @Tag("shows:A-079")
    @Tag("shows:A-080")
    @Tag("shows:A-027")
    void aShareGivesWhatItNamesUntilItEnds() {
        String holder = uid();
        String guest = uid();
        String stranger = uid();
        String device = bound(holder);
        String path = "/devices/" + device + "/share";
        String code = offer(device, holder, Map.of("rights", List.of("VIEW", "DISPENSE")));
        assertThat(accept(code, holder).code()).isEqualTo("OWN_DEVICE");
        assertThat(accept(code, guest).data().path("state").asText()).isEqualTo("ACCEPTED");
        Reply used = accept(code, stranger);
        assertThat(used.code()).isEqualTo("BAD_CODE");
        assertThat(used.fields()).containsExactly("code");
        Access access = access(device, guest);
        assertThat(access.may(Right.DISPENSE)).isTrue();
        assertThat(access.may(Right.CONTROL)).isFalse();
        assertThat(access(device, stranger).may(Right.DISPENSE)).isFalse();

        assertThat(post(path, token(guest), Map.of()).code())
                .as("no circle")
                .isEqualTo("NOT_FOUND");
        assertThat(api.get(path, token(guest)).data()).hasSize(1);
        assertThat(api.get(path, token(stranger)).code()).isEqualTo("NOT_FOUND");
        assertThat(api.get(path, vendor()).data().get(0).path("uid").asText()).isEqualTo(guest);
        assertThat(api.get(path, token(holder)).json().toString()).doesNotContain(code);

        // A second one takes the place of the first.
        accept(offer(device, holder, Map.of("rights", List.of("CONTROL"))), guest);
        assertThat(api.get(path, token(holder)).data()).hasSize(1);
        assertThat(access(device, guest).may(Right.CONTROL)).isTrue();

        assertThat(delete(path + "?uid=" + guest, token(stranger)).code()).isEqualTo("NOT_FOUND");
        assertThat(delete(path, vendor()).fields()).containsExactly("uid");
        assertThat(delete(path, token(guest)).status()).as("a guest leaves").isEqualTo(204);
        assertThat(access(device, guest).how()).isEqualTo(How.NONE);

        Reply again = accept(offer(device, holder, Map.of()), guest);
        long id = again.data().path("share_id").asLong();
        assertThat(delete("/shares/" + id, token(stranger)).code()).isEqualTo("NOT_FOUND");
        assertThat(delete("/shares/" + id, token(holder)).status()).isEqualTo(204);
        assertThat(access(device, guest).how()).isEqualTo(How.NONE);
    }

    /** Asked for at once, in as many threads as there are places left and more. */
    @Test
    @Tag("refuses:createGroup")
    void noLimitIsPassedByAskingAtOnce() throws Exception {
        String uid = uid();
        for (int i = 0; i < 45; i++) {
            assertThat(post("/groups", token(uid), Map.of("name", "g" + i)).status())
                    .isEqualTo(201);
        }
        List<Callable<Integer>> tries = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String name = "more" + i;
            tries.add(() -> post("/groups", token(uid), Map.of("name", name)).status());
        }
        List<Integer> statuses = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(12)) {
            for (var one : pool.invokeAll(tries)) {
                statuses.add(one.get());
            }
        }
        assertThat(statuses.stream().filter(s -> s == 201)).hasSize(5);
    }

    @Test
    @Tag("refuses:shareDevice")
    void aShareEndsWithItsTimeAndThereAreNotTooMany() {
        String holder = uid();
        String guest = uid();
        String device = bound(holder);
        String path = "/devices/" + device + "/share";
        Reply past = post(path, token(holder), Map.of("expires_tms", "2020-01-01T00:00:00Z"));
        assertThat(past.fields()).containsExactly("expires_tms");
        String soon = Instant.now().plus(Duration.ofHours(1)).toString();
        accept(offer(device, holder, Map.of("expires_tms", soon)), guest);
        assertThat(access(device, guest).may(Right.VIEW)).isTrue();
        sql("UPDATE sharing.share SET expires_at = now() WHERE uid = '" + guest + "'");
        assertThat(access(device, guest).how()).isEqualTo(How.NONE);
        assertThat(api.get(path, token(holder)).data().get(0).path("state").asText())
                .isEqualTo("EXPIRED");
        String late = offer(device, holder, Map.of("expires_tms", soon));
        sql("UPDATE sharing.share SET expires_at = now() WHERE uid IS NULL");
        assertThat(accept(late, guest).code()).isEqualTo("BAD_CODE");
        for (int i = 0; i < 3; i++) { // those that are over make room
            offer(device, holder, Map.of());
        }
        assertThat(post(path, token(holder), Map.of()).code()).isEqualTo("TOO_MANY");
    }

    @RepeatedTest(3)
    void ofTwoOffersTakenAtOnceByOneGuestOneStays() throws Exception {
        String holder = uid();
        String guest = uid();
        String device = bound(holder);
        List<String> codes =
                List.of(offer(device, holder, Map.of()), offer(device, holder, Map.of()));
        try (var threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Integer>> asks =
                    codes.stream()
                            .<Callable<Integer>>map(code -> () -> accept(code, guest).status())
                            .toList();
            assertThat(threads.invokeAll(asks).stream().map(Future::resultNow))
                    .containsExactly(201, 201);
        }
        assertThat(api.get("/devices/" + device + "/share", token(holder)).data()).hasSize(1);
    }

    @Test
    @Tag("shows:A-077")
    void aBindingOfTheFormerOwnersTimeIsOver() {
        String holder = uid();
        String device = bound(holder);
        sql("UPDATE sharing.binding SET tenant = '/DEMO/A002/' WHERE device_id = '" + device + "'");
        String next = uid();
        assertThat(post("/devices/" + device + "/bind", token(next), Map.of()).status())
                .isEqualTo(201);
        assertThat(access(device, holder).how()).isEqualTo(How.NONE);
        assertThat(post("/devices/X1/bind", token(next), Map.of()).code())
                .isEqualTo("DEVICE_NOT_USABLE");
    }

    @Test
    @Tag("stores:omsListGroups")
    @Tag("stores:omsGetGroup")
    @Tag("stores:omsListGroupMembers")
    @Tag("stores:omsListGroupDevices")
    @Tag("stores:omsDeviceMembers")
    @Tag("stores:omsDeviceGroups")
    @Tag("stores:omsUserDevices")
    @Tag("stores:omsUserGroups")
    @Tag("refuses:omsGetGroup")
    @Tag("refuses:omsListGroupMembers")
    @Tag("refuses:omsListGroupDevices")
    @Tag("refuses:omsDeviceMembers")
    @Tag("refuses:omsListGroups")
    @Tag("refuses:omsDeviceGroups")
    @Tag("refuses:omsUserDevices")
    @Tag("refuses:omsUserGroups")
    void omsReadsTheSame() {
        String owner = uid();
        String device = bound(owner);
        long id =
                post("/groups", token(owner), Map.of("name", "Oasis " + owner))
                        .data()
                        .path("group_id")
                        .asLong();
        post("/groups/" + id + "/devices", token(owner), Map.of("device_id", device));
        assertThat(oms("group/list", Map.of("name", owner)).data()).hasSize(1);
        assertThat(oms("group/detail/" + id, Map.of()).data().path("owner_uid").asText())
                .isEqualTo(owner);
        assertThat(oms("group/member/" + id, Map.of()).data().findValuesAsText("uid"))
                .containsExactly(owner);
        assertThat(oms("group/device/" + id, Map.of()).data().findValuesAsText("device_id"))
                .containsExactly(device);
        assertThat(oms("device/member/" + device, Map.of()).data().findValuesAsText("how"))
                .containsExactly("HOLDER");
        assertThat(oms("device/group/" + device, Map.of()).data()).hasSize(1);
        assertThat(oms("user/device/" + owner, Map.of("page_size", 1)).data()).hasSize(1);
        assertThat(oms("user/group/" + owner, Map.of()).data()).hasSize(1);
        for (String path : new String[] {"group/detail/", "group/member/", "group/device/"}) {
            assertThat(oms(path + "999999", Map.of()).code()).isEqualTo("NOT_FOUND");
        }
        assertThat(oms("device/member/OT1", Map.of()).code()).isEqualTo("NOT_FOUND");
        for (String path :
                new String[] {
                    "group/list",
                    "device/group/" + device,
                    "user/device/" + owner,
                    "user/group/" + owner
                }) {
            assertThat(post("/oms/" + path, token(owner), Map.of()).code()).isEqualTo("FORBIDDEN");
        }
    }

    private static Reply oms(String path, Map<String, ?> body) {
        return post("/oms/" + path, vendor(), body);
    }

    private static long group(String owner) {
        return post("/groups", token(owner), Map.of("name", "Home"))
                .data()
                .path("group_id")
                .asLong();
    }

    @Test
    @Tag("stores:createGroup")
    @Tag("stores:renewGroupCode")
    @Tag("stores:joinGroup")
    @Tag("stores:addGroupDevice")
    @Tag("stores:listGroupMembers")
    @Tag("stores:listGroupDevices")
    @Tag("stores:listGroups")
    @Tag("stores:getGroup")
    @Tag("stores:leaveGroup")
    @Tag("stores:transferGroup")
    @Tag("stores:renameGroup")
    @Tag("stores:removeGroup")
    @Tag("stores:removeGroupDevice")
    @Tag("refuses:joinGroup")
    @Tag("refuses:addGroupDevice")
    @Tag("refuses:leaveGroup")
    @Tag("refuses:transferGroup")
    @Tag("refuses:renameGroup")
    @Tag("refuses:removeGroup")
    @Tag("refuses:removeGroupDevice")
    @Tag("refuses:getGroup")
    @Tag("shows:O-046")
    void whoIsInAGroupUsesWhatItsMembersBrought() {
        String owner = uid();
        String mate = uid();
        String stranger = uid();
        String device = bound(owner);
        long id = group(owner);
        String path = "/groups/" + id;
        String code = post(path + "/code", token(owner), Map.of()).data().path("code").asText();
        assertThat(post("/groups/join", token(mate), Map.of("code", code)).status()).isEqualTo(201);
        assertThat(post("/groups/join", token(stranger), Map.of("code", "A".repeat(20))).fields())
                .containsExactly("code");
        var bring = Map.of("device_id", device);
        assertThat(post(path + "/devices", token(mate), bring).code())
                .as("only its holder brings it")
                .isEqualTo("NOT_FOUND");
        assertThat(post(path + "/devices", token(owner), bring).status()).isEqualTo(201);
        assertThat(access(device, mate))
                .isEqualTo(new Access(true, How.GROUP, Set.of(Right.values())));
        assertThat(
                        api.get("/users/" + mate + "/devices", token(mate))
                                .data()
                                .get(0)
                                .path("how")
                                .asText())
                .isEqualTo("GROUP");
        assertThat(api.get(path + "/members", token(mate)).data()).hasSize(2);
        assertThat(api.get(path + "/devices", vendor()).data()).hasSize(1);
        assertThat(api.get("/groups", token(mate)).data()).hasSize(1);
        assertThat(api.get("/groups", token(stranger)).data()).isEmpty();
        assertThat(api.get(path, token(stranger)).code()).isEqualTo("NOT_FOUND");
        assertThat(put(path, token(mate), Map.of("name", "Mine")).code()).isEqualTo("FORBIDDEN");
        assertThat(put(path, token(owner), Map.of("name", "Flat")).data().path("name").asText())
                .isEqualTo("Flat");
        assertThat(delete(path + "/members/" + owner, token(owner)).code())
                .isEqualTo("OWNER_STAYS");
        assertThat(put(path + "/owner", token(owner), Map.of("uid", stranger)).fields())
                .containsExactly("uid");
        assertThat(put(path + "/owner", token(owner), Map.of("uid", mate)).status()).isEqualTo(201);
        assertThat(delete(path + "/devices/" + device, token(stranger)).code())
                .isEqualTo("NOT_FOUND");
        assertThat(delete(path + "/members/" + owner, token(owner)).status()).isEqualTo(204);
        assertThat(access(device, mate).how())
                .as("who leaves takes along what they brought")
                .isEqualTo(How.NONE);
        String own = bound(mate);
        post(path + "/devices", token(mate), Map.of("device_id", own));
        assertThat(delete(path + "/devices/" + own, token(mate)).status()).isEqualTo(204);
        assertThat(delete(path, token(owner)).code()).isEqualTo("NOT_FOUND");
        assertThat(delete(path, token(mate)).status()).isEqualTo(204);
        assertThat(api.get(path, vendor()).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("refuses:listGroups")
    @Tag("refuses:createGroup")
    @Tag("refuses:renewGroupCode")
    @Tag("refuses:listGroupMembers")
    @Tag("refuses:listGroupDevices")
    void aGroupIsItsMembersBusiness() {
        String path = "/groups/" + group(uid());
        String stranger = token(uid());
        assertThat(api.get("/groups", api.token(Role.AGENT, "/DEMO/A001/")).code())
                .isEqualTo("FORBIDDEN");
        assertThat(post("/groups", vendor(), Map.of("name", "x")).code()).isEqualTo("FORBIDDEN");
        assertThat(post(path + "/code", stranger, Map.of()).code()).isEqualTo("NOT_FOUND");
        assertThat(api.get(path + "/members", stranger).code()).isEqualTo("NOT_FOUND");
        assertThat(api.get(path + "/devices", stranger).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:listUserDevices")
    @Tag("refuses:listUserDevices")
    @Tag("shows:A-059")
    void whatAMemberMayUseIsListedAndCounted() {
        String uid = uid();
        String one = bound(uid);
        bound(uid);
        String other = uid();
        accept(offer(bound(other), other, Map.of()), uid);
        Reply list = api.get("/users/" + uid + "/devices?limit=1", token(uid));
        assertThat(list.json().path("total").asInt()).isEqualTo(3);
        assertThat(list.data()).hasSize(1);
        assertThat(api.get("/users/" + uid + "/devices", token(other)).code())
                .isEqualTo("NOT_FOUND");
        var counts =
                api.bus
                        .call(
                                SharingApi.COUNT,
                                new CountBound(List.of(other, uid)),
                                Call.system("test"))
                        .await();
        assertThat(counts.counts()).containsExactly(1, 2);
        api.bus.call(SharingApi.DROP_DEVICE, new DropDevice(one), Call.system("test")).await();
        assertThat(access(one, uid).bound()).isFalse();
    }

    @Test
    @Tag("shows:A-081")
    void othersLearnWhoUsesADeviceAndWhatAMemberMayView() {
        String uid = uid();
        String held = bound(uid);
        String other = uid();
        String seen = bound(other);
        accept(offer(seen, other, Map.of("rights", List.of("VIEW"))), uid);
        String used = bound(other);
        accept(offer(used, other, Map.of("rights", List.of("DISPENSE"))), uid);
        Call system = Call.system("test");
        var users = new SharingApi.GetUsers(List.of(held, seen, "WD-NONE"));
        assertThat(api.bus.call(SharingApi.USERS, users, system).await())
                .containsExactlyInAnyOrder(
                        new SharingApi.Users(held, uid, List.of()),
                        new SharingApi.Users(seen, other, List.of(uid)));
        var all = new SharingApi.GetViewable(uid, false);
        assertThat(api.bus.call(SharingApi.VIEWABLE, all, system).await().deviceIds())
                .as("what is shared for use only is not in the list")
                .containsExactlyInAnyOrder(held, seen);
        var own = new SharingApi.GetViewable(uid, true);
        assertThat(api.bus.call(SharingApi.VIEWABLE, own, system).await().deviceIds())
                .containsExactly(held);
    }

    private static void sql(String text) {
        api.db.system().query(text).execute().await();
    }
}
