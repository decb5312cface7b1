package io.weir.cloud.vendors;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;

/** Agents, dealers and partners: each level manages what stands below it. */
class AgentsTest {
    private static VendorsWorld w;
    private static String owner;
    private static String path;

    @BeforeAll
    static void start() {
        w = new VendorsWorld();
        w.signed("agents-owner");
        owner = w.login("agents-owner");
        path = w.api.get("/vendors/me", owner).data().path("path").asText();
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    private static Reply add(String token, String kind, Object... more) {
        Map<String, Object> body = new HashMap<>(Map.of("kind", kind, "name", kind + " one"));
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return w.api.post("/agents", token, body);
    }

    @Test
    @Tag("stores:addAgent")
    @Tag("stores:listAgents")
    @Tag("stores:getAgent")
    @Tag("stores:updateAgent")
    @Tag("refuses:addAgent")
    @Tag("refuses:getAgent")
    @Tag("refuses:updateAgent")
    @Tag("refuses:listAgents")
    @Tag("shows:A-153")
    @Tag("shows:A-154")
    @Tag("shows:A-196")
    @Tag("shows:A-002")
    void eachLevelManagesWhatStandsBelow() {
        String agent =
                add(owner, "AGENT", "user", "agent-one", "pwd", "secret", "area", "Zhuhai")
                        .data()
                        .path("vid")
                        .asText();
        String agentToken = w.login("agent-one");
        String dealer =
                add(agentToken, "DEALER", "user", "dealer-one", "pwd", "secret")
                        .data()
                        .path("vid")
                        .asText();
        assertThat(w.api.get("/agents/" + dealer, owner).data().path("kind").asText())
                .isEqualTo("DEALER");
        assertThat(w.api.get("/agents?kind=DEALER", agentToken).data()).hasSize(1);
        assertThat(w.api.get("/agents?area=Zhu", owner).data().get(0).path("vid").asText())
                .isEqualTo(agent);
        String dealerToken = w.login("dealer-one");
        assertThat(w.api.get("/agents", dealerToken).data()).isEmpty();
        assertThat(w.api.get("/agents/" + agent, dealerToken).code()).isEqualTo("NOT_FOUND");
        assertThat(w.api.get("/agents/" + dealer, dealerToken).code())
                .as("nobody manages themselves")
                .isEqualTo("NOT_FOUND");
        assertThat(add(dealerToken, "AGENT").fields()).containsExactly("parent");
        assertThat(add(owner, "AGENT", "user", "agent-one", "pwd", "secret").fields())
                .containsExactly("user");
        assertThat(add(owner, "AGENT", "user", "alone-1").fields()).containsExactly("pwd");
        assertThat(add(w.platform(), "AGENT").fields()).containsExactly("parent");
        String stranger = w.api.token(Role.VENDOR, "/ELSE/");
        assertThat(add(stranger, "DEALER", "parent", agent).code()).isEqualTo("NOT_FOUND");
        assertThat(w.put("/agents/" + dealer, stranger, Map.of("name", "x")).code())
                .isEqualTo("NOT_FOUND");
        assertThat(w.api.get("/agents?sort=secret", owner).fields()).containsExactly("sort");

        assertThat(w.put("/agents/" + dealer, agentToken, Map.of("state", 0)).status())
                .isEqualTo(201);
        assertThat(VendorLifeTest.await(() -> w.api.get("/devices", dealerToken), 403).code())
                .isEqualTo("TENANT_DISABLED");
        w.put("/agents/" + agent, owner, Map.of("pwd", "changed"));
        assertThat(w.tryLogin("agent-one", "secret").status()).isEqualTo(401);
        assertThat(w.tryLogin("agent-one", "changed").status()).isEqualTo(201);
    }

    @Test
    @Tag("stores:removeAgent")
    @Tag("refuses:removeAgent")
    void whoHasOthersBelowStaysAndCodesAreNotGivenAgain() {
        String agent = add(owner, "AGENT", "code", "AGX1").data().path("vid").asText();
        String partner = add(owner, "PARTNER", "parent", agent).data().path("vid").asText();
        assertThat(w.delete("/agents/" + agent, owner).code()).isEqualTo("HAS_CHILDREN");
        assertThat(w.delete("/agents/" + partner, owner).status()).isEqualTo(204);
        assertThat(w.delete("/agents/" + agent, owner).status()).isEqualTo(204);
        assertThat(w.api.get("/agents/" + agent, owner).status()).isEqualTo(410);
        assertThat(add(owner, "AGENT", "code", "AGX1").code()).isEqualTo("CODE_TAKEN");
        assertThat(path).matches("/[A-Z0-9]{4}/");
    }
}
