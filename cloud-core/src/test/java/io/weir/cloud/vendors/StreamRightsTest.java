package io.weir.cloud.vendors;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.http.Events;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What stands beside the contract is for those who may do its twin in the contract, no longer. */
@Timeout(60) // a stream that does not end would be read for ever
class StreamRightsTest {
    private static final String STREAM = "/streams/dispenses";

    private static VendorsWorld w;
    private static String vid;
    private static String owner;

    @BeforeAll
    static void start() {
        w = new VendorsWorld();
        vid = w.signed("stream-owner");
        owner = w.login("stream-owner");
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    private static Reply refused(String token) {
        return w.api.get(STREAM, token);
    }

    private static Map<String, Object> role(String... operations) {
        return Map.of("name", "watcher", "operations", List.of(operations), "menus", List.of());
    }

    /** Ends when the stream does. */
    private static void readOut(Events stream) {
        while (!stream.next().isEmpty()) {
            continue;
        }
    }

    @Test
    void staffWatchWhatTheirRoleMayList() {
        long id =
                w.api.post("/staff/roles", owner, role("listDevices"))
                        .data()
                        .path("role_id")
                        .asLong();
        Map<String, Object> watcher =
                Map.of(
                        "user",
                        "watcher-one",
                        "pwd",
                        "secret",
                        "name",
                        "N",
                        "role",
                        "CUSTOM",
                        "role_id",
                        id);
        assertThat(w.api.post("/staff", owner, watcher).status()).isEqualTo(201);
        String token = w.login("watcher-one");
        VendorLifeTest.await(() -> w.api.get("/menus", token), 200);
        assertThat(refused(token).code()).isEqualTo("FORBIDDEN");
        w.put("/staff/roles/" + id, owner, role("listDispenses"));
        // An operation of the same right tells when it is known: nobody serves it here.
        VendorLifeTest.await(() -> w.api.get("/dispenses", token), 503);
        try (Events stream = w.api.events(STREAM, token, null)) {
            w.put("/staff/roles/" + id, owner, role("listDevices"));
            readOut(stream);
        }
        assertThat(refused(token).code()).isEqualTo("FORBIDDEN");
    }

    @Test
    void aStreamEndsWithItsSession() {
        String again = w.login("stream-owner");
        try (Events stream = w.api.events(STREAM, again, null)) {
            assertThat(w.api.post("/auth/logout", again, Map.of()).status()).isLessThan(300);
            readOut(stream);
        }
        assertThat(refused(again).status()).isEqualTo(401);
    }

    @Test
    void whoHasNotTheModuleHasNotTheStream() {
        String path = "/vendors/" + vid + "/cfg";
        w.put(path, w.platform(), Map.of("modules", List.of("device")));
        assertThat(VendorLifeTest.await(() -> refused(owner), 403).code())
                .isEqualTo("MODULE_NOT_GRANTED");
        w.put(path, w.platform(), Map.of("all_modules", true));
        VendorLifeTest.await(() -> w.api.get("/dispenses", owner), 503);
        w.create("user", "stream-unsigned");
        assertThat(refused(w.login("stream-unsigned")).code()).isEqualTo("VENDOR_UNSIGNED");
        assertThat(refused(w.api.token(Role.PARTNER, "/DEMO/P001/")).status()).isEqualTo(403);
    }

    /** A tenth of the places are for each. */
    @Test
    void oneCallerDoesNotTakeAllPlaces() {
        String greedy = w.api.token(Role.VENDOR, "/DEMO/", "GREEDY");
        List<Events> open = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            open.add(w.api.events(STREAM, greedy, null));
        }
        assertThat(refused(greedy).code()).isEqualTo("TOO_MANY_REQUESTS");
        w.api.events(STREAM, w.api.token(Role.VENDOR, "/DEMO/", "MODEST"), null).close();
        open.forEach(Events::close);
    }
}
