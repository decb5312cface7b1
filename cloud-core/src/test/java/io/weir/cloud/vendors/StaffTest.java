package io.weir.cloud.vendors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.cloud.Contexts;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.rights.Modules;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Staff: six built-in roles, custom ones, and what each may do at the door and sees as menus. */
class StaffTest {
    private static VendorsWorld w;
    private static String owner;

    @BeforeAll
    static void start() {
        w = new VendorsWorld();
        w.signed("staff-owner");
        owner = w.login("staff-owner");
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    private static Reply add(String user, String role, Object... more) {
        Map<String, Object> body =
                new HashMap<>(Map.of("user", user, "pwd", "secret", "name", "N", "role", role));
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return w.api.post("/staff", owner, body);
    }

    /** 503: past the door, where nobody serves in this world. */
    private static int passes(String token, String path) {
        int status = w.api.get(path, token).status();
        return status == 403 ? 403 : 200;
    }

    @Test
    @Tag("stores:addStaff")
    @Tag("stores:getMenus")
    @Tag("shows:P-012")
    @Tag("shows:P-013")
    @Tag("shows:P-014")
    @Tag("shows:P-015")
    @Tag("shows:P-016")
    @Tag("shows:P-017")
    @Tag("shows:P-011")
    @Tag("shows:A-005")
    @Tag("shows:A-036")
    void theSixRolesMayAndSeeWhatTheGuideSays() {
        Object[][] table = {
            // role, /vendors/me/signing, /devices, /users, /staff, menus
            {"ADMIN", 200, 200, 200, 200, "SIGNING STAFF SETTINGS"},
            {"BUSINESS", 200, 403, 403, 403, "SIGNING"},
            {"TECH_SUPPORT", 403, 200, 403, 403, "PRODUCTS DEVICES DIAGNOSIS MESSAGES"},
            {"OPERATIONS", 403, 200, 200, 403, "DEVICES STATISTICS MARKETING MESSAGES"},
            {"AFTER_SALES", 403, 200, 403, 403, "AFTER_SALES"},
            {"CUSTOMER_SERVICE", 403, 200, 200, 403, "SERVICE"},
        };
        for (Object[] row : table) {
            String role = (String) row[0];
            String user = "six-" + role.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            assertThat(add(user, role).status()).isEqualTo(201);
            String token = w.login(user);
            VendorLifeTest.await(() -> w.api.get("/menus", token), 200);
            String[] paths = {"/vendors/me/signing", "/devices", "/users", "/staff"};
            for (int i = 0; i < paths.length; i++) {
                String path = paths[i];
                if (row[i + 1].equals(200)) {
                    for (int t = 0; t < 40 && passes(token, path) == 403; t++) {
                        pause();
                    }
                }
                assertThat(passes(token, path)).as(role + " " + path).isEqualTo(row[i + 1]);
            }
            JsonNode menus = w.api.get("/menus", token).data();
            assertThat(menus.findValuesAsText("menu"))
                    .as(role)
                    .contains(((String) row[5]).split(" "));
            assertThat(menus.findValuesAsText("zh")).doesNotContain("");
            if (!role.equals("ADMIN")) {
                assertThat(menus.findValuesAsText("menu")).doesNotContain("STAFF", "SETTINGS");
            }
        }
        String service = w.login("six-customer-service");
        assertThat(w.api.get("/users/U1/mob/code?mobile=13900000001", service).status())
                .as("a GET that sends a text message reads nothing")
                .isEqualTo(403);
        // Reading is not writing.
        String token = w.login("six-operations");
        assertThat(w.put("/devices/WD1/state", token, Map.of("state", 0)).status()).isEqualTo(403);
        assertThat(w.api.post("/oms/device/list", token, Map.of()).status()).isNotEqualTo(403);
    }

    @Test
    @Tag("refuses:getMenus")
    @Tag("refuses:getOwnVendor")
    @Tag("refuses:listStaffRoles")
    void membersHaveNoBackOffice() {
        String member = w.api.token(Role.MEMBER, "/ELSE/");
        for (String path : List.of("/menus", "/vendors/me", "/staff/roles")) {
            Reply refused = w.api.get(path, member);
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.code()).as(path).isEqualTo("FORBIDDEN");
        }
    }

    @Test
    @Tag("stores:addStaff")
    @Tag("stores:updateStaff")
    @Tag("refuses:addStaff")
    void whoLooksAfterAnAreaSeesThatAreaOnly() {
        String north = agent("area-north");
        String south = agent("area-south");
        String northToken = w.login("area-north");
        String dealer =
                w.api.post("/agents", northToken, Map.of("kind", "DEALER", "name", "below"))
                        .data()
                        .path("vid")
                        .asText();
        var added = add("area-one", "ADMIN", "area_vid", north);
        assertThat(added.data().path("area_vid").asText()).isEqualTo(north);
        String uid = added.data().path("uid").asText();
        String token = w.login("area-one");
        VendorLifeTest.await(() -> w.api.get("/agents", token), 200);
        assertThat(seen(token)).containsExactly(dealer);
        assertThat(w.api.get("/agents/" + south, token).code()).isEqualTo("NOT_FOUND");
        assertThat(w.api.get("/vendors/me/signing", token).status())
                .as("what a vendor does an agent doesn't")
                .isEqualTo(403);
        assertThat(w.put("/staff/" + uid, owner, Map.of("area_vid", "")).status()).isEqualTo(201);
        for (int t = 0; t < 40 && seen(token).size() < 3; t++) {
            pause();
        }
        assertThat(seen(token)).contains(north, south, dealer);
        assertThat(add("area-two", "ADMIN", "area_vid", "00000000000000FF").fields())
                .containsExactly("area_vid");
        String stranger = w.api.token(Role.VENDOR, "/ELSE/");
        assertThat(
                        w.api.post(
                                        "/staff",
                                        northToken,
                                        Map.of(
                                                "user",
                                                "area-three",
                                                "pwd",
                                                "secret",
                                                "name",
                                                "N",
                                                "role",
                                                "ADMIN",
                                                "area_vid",
                                                south))
                                .fields())
                .as("another agent's area is none")
                .containsExactly("area_vid");
        assertThat(w.put("/staff/" + uid, stranger, Map.of("area_vid", north)).code())
                .isEqualTo("NOT_FOUND");
    }

    private static String agent(String user) {
        return w.api.post(
                        "/agents",
                        owner,
                        Map.of("kind", "AGENT", "name", user, "user", user, "pwd", "secret"))
                .data()
                .path("vid")
                .asText();
    }

    private static List<String> seen(String token) {
        return w.api.get("/agents?limit=200", token).data().findValuesAsText("vid");
    }

    @Test
    @Tag("stores:listStaff")
    @Tag("stores:updateStaff")
    @Tag("stores:removeStaff")
    @Tag("refuses:addStaff")
    @Tag("refuses:updateStaff")
    @Tag("refuses:removeStaff")
    @Tag("refuses:listStaff")
    @Tag("shows:P-008")
    @Tag("shows:P-010")
    void aChangeOfRoleIsInForceAtOnceAndRemovalIsTheEnd() {
        String uid = add("changing", "TECH_SUPPORT").data().path("uid").asText();
        String token = w.login("changing");
        for (int t = 0; t < 40 && passes(token, "/devices") == 403; t++) {
            pause();
        }
        assertThat(passes(token, "/devices")).isEqualTo(200);
        String path = "/staff/" + uid;
        assertThat(w.put(path, owner, Map.of("role", "BUSINESS")).status()).isEqualTo(201);
        VendorLifeTest.await(() -> w.api.get("/devices", token), 403);
        assertThat(w.api.get("/staff?role=BUSINESS&name=n", owner).data().findValuesAsText("uid"))
                .contains(uid);
        assertThat(w.put(path, owner, Map.of("role", "CUSTOM")).fields())
                .containsExactly("role_id");
        assertThat(w.put(path, owner, Map.of("role_id", 7)).fields()).containsExactly("role_id");
        assertThat(add("changing", "ADMIN").fields()).containsExactly("user");
        assertThat(add("king-1", "KING").fields()).containsExactly("role");
        String stranger = w.api.token(Role.VENDOR, "/ELSE/");
        assertThat(w.put(path, stranger, Map.of("role", "ADMIN")).code()).isEqualTo("NOT_FOUND");
        assertThat(w.delete(path, stranger).code()).isEqualTo("NOT_FOUND");
        assertThat(w.api.get("/staff?role=KING", owner).fields()).containsExactly("role");
        assertThat(w.delete(path, owner).status()).isEqualTo(204);
        VendorLifeTest.await(() -> w.api.get("/menus", token), 401);
        assertThat(w.tryLogin("changing", "secret").status()).isEqualTo(401);
        assertThat(w.api.get("/staff", owner).data().findValuesAsText("uid")).doesNotContain(uid);
    }

    @Test
    @Tag("stores:addStaffRole")
    @Tag("stores:updateStaffRole")
    @Tag("stores:removeStaffRole")
    @Tag("stores:listStaffRoles")
    @Tag("refuses:addStaffRole")
    @Tag("refuses:updateStaffRole")
    @Tag("refuses:removeStaffRole")
    @Tag("shows:A-169")
    void customRolesAreOperationsAndMenus() {
        Map<String, Object> role =
                Map.of(
                        "name",
                        "clerk",
                        "operations",
                        List.of("listUsers"),
                        "menus",
                        List.of("MEMBERS"));
        long id = w.api.post("/staff/roles", owner, role).data().path("role_id").asLong();
        Reply taken = w.api.post("/staff/roles", owner, role);
        assertThat(taken.code()).isEqualTo("ROLE_TAKEN");
        assertThat(taken.fields()).containsExactly("name");
        for (var wrong :
                List.of(
                        Map.of("name", "x", "operations", List.of("fly"), "menus", List.of()),
                        Map.of("name", "x", "operations", List.of(), "menus", List.of("SKY")))) {
            assertThat(w.api.post("/staff/roles", owner, wrong).status()).isEqualTo(422);
        }
        add("clerk-one", "CUSTOM", "role_id", id);
        String token = w.login("clerk-one");
        VendorLifeTest.await(() -> w.api.get("/users", token), 200);
        assertThat(passes(token, "/devices")).isEqualTo(403);
        assertThat(w.api.get("/menus", token).data().findValuesAsText("menu"))
                .containsExactly("MEMBERS");
        String path = "/staff/roles/" + id;
        var more =
                Map.of("name", "clerk", "operations", List.of("listDevices"), "menus", List.of());
        assertThat(w.put(path, owner, more).status()).isEqualTo(201);
        VendorLifeTest.await(() -> w.api.get("/users", token), 403);
        assertThat(passes(token, "/devices")).isEqualTo(200);
        assertThat(w.delete(path, owner).code()).isEqualTo("IN_USE");
        String unused =
                "/staff/roles/"
                        + w.api.post(
                                        "/staff/roles",
                                        owner,
                                        Map.of(
                                                "name",
                                                "u",
                                                "operations",
                                                List.of(),
                                                "menus",
                                                List.of()))
                                .data()
                                .path("role_id")
                                .asLong();
        assertThat(w.delete(unused, owner).status()).isEqualTo(204);
        assertThat(w.put(unused, owner, more).code()).isEqualTo("NOT_FOUND");
        assertThat(w.api.get("/staff/roles", owner).data().findValuesAsText("name"))
                .contains("ADMIN", "CUSTOMER_SERVICE", "clerk")
                .doesNotContain("u");
    }

    /** Who may manage the staff gives and takes no more than they have themselves. */
    @Test
    @Tag("refuses:addStaff")
    @Tag("refuses:updateStaff")
    @Tag("refuses:removeStaff")
    @Tag("refuses:addStaffRole")
    @Tag("refuses:updateStaffRole")
    @Tag("refuses:removeStaffRole")
    void nobodyOfTheStaffRisesByThemselves() {
        List<String> few =
                List.of(
                        "addStaff",
                        "updateStaff",
                        "removeStaff",
                        "listStaff",
                        "addStaffRole",
                        "updateStaffRole",
                        "removeStaffRole");
        List<String> more = new java.util.ArrayList<>(few);
        more.add("setPassword");
        more.add("updateUser");
        long low = role("rise-low", few);
        long high = role("rise-high", more);
        String clerk = add("rise-clerk", "CUSTOM", "role_id", low).data().path("uid").asText();
        String admin = add("rise-admin", "ADMIN").data().path("uid").asText();
        String other = add("rise-other", "CUSTOM", "role_id", low).data().path("uid").asText();
        String token = w.login("rise-clerk");
        VendorLifeTest.await(() -> w.api.get("/staff", token), 200);
        for (Reply tried :
                List.of(
                        w.put("/staff/" + clerk, token, Map.of("role", "ADMIN")),
                        w.put("/staff/" + clerk, token, Map.of("name", "me")),
                        w.put("/staff/" + admin, token, Map.of("pwd", "stolen-1")),
                        w.delete("/staff/" + admin, token),
                        w.put("/staff/" + other, token, Map.of("role_id", high)),
                        w.put("/staff/roles/" + low, token, body("rise-low", more)),
                        w.put("/staff/roles/" + high, token, body("rise-high", few)),
                        w.delete("/staff/roles/" + high, token),
                        w.api.post("/staff/roles", token, body("rise-new", more)))) {
            assertThat(tried.code()).as(tried.json().toString()).isEqualTo("FORBIDDEN");
        }
        assertThat(w.tryLogin("rise-admin", "secret").status()).isEqualTo(201);
        assertThat(w.put("/staff/" + other, token, Map.of("name", "fine")).status()).isEqualTo(201);
        assertThat(
                        w.api.post("/staff/roles", token, body("rise-less", List.of("listStaff")))
                                .status())
                .isEqualTo(201);
        assertThat(w.api.post("/staff/roles", owner, body("rise-app", List.of("issueApp"))).code())
                .as("whoever has an app may do everything")
                .isEqualTo("UNKNOWN_OPERATION");
    }

    /** A right to change members doesn't open the accounts of those who gave it. */
    @Test
    @Tag("refuses:setPassword")
    @Tag("refuses:updateUser")
    @Tag("refuses:listSessions")
    void theAccountsOfTheTenantsPeopleAreNotManagedAsMembersAre() {
        long role =
                role("keeper", List.of("setPassword", "updateUser", "listSessions", "listUsers"));
        add("keeper-one", "CUSTOM", "role_id", role);
        String token = w.login("keeper-one");
        VendorLifeTest.await(() -> w.api.get("/users", token), 200);
        String uid = w.tryLogin("staff-owner", "secret").data().path("uid").asText();
        assertThat(uid).isNotEmpty();
        for (Reply tried :
                List.of(
                        w.put("/users/" + uid + "/pwd", token, Map.of("new_pwd", "stolen-2")),
                        w.put("/users/" + uid, token, Map.of("state", 0)),
                        w.api.get("/users/" + uid + "/sessions", token))) {
            assertThat(tried.code()).as(tried.json().toString()).isEqualTo("FORBIDDEN");
        }
        assertThat(w.tryLogin("staff-owner", "secret").status()).isEqualTo(201);
    }

    private static Map<String, Object> body(String name, List<String> operations) {
        return Map.of("name", name, "operations", operations, "menus", List.of());
    }

    private static long role(String name, List<String> operations) {
        return w.api.post("/staff/roles", owner, body(name, operations))
                .data()
                .path("role_id")
                .asLong();
    }

    @Test
    @Tag("shows:A-040")
    void agentsHaveNoMarketingAndDontSign() {
        String path = w.api.get("/vendors/me", owner).data().path("path").asText();
        String agent = w.api.token(Role.AGENT, path + "A001/");
        assertThat(w.api.get("/menus", agent).data().findValuesAsText("menu"))
                .contains("MEMBERS", "DEVICES")
                .doesNotContain("MARKETING", "SIGNING");
    }

    @Test
    void everyContextBelongsToAModule() {
        assertThat(Contexts.ALL).allSatisfy(c -> assertThat(Modules.knows(c.context())).isTrue());
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
