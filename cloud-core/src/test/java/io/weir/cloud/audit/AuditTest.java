package io.weir.cloud.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.cloud.http.ApiFixture;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Entries, chains and what staff see of them, over the real API and PostgreSQL. */
class AuditTest {
    private static final Instant DAY = Instant.parse("2026-05-04T12:00:00Z");
    private ApiFixture api;
    private Linker linker;

    record Profile(String name, String password, List<Key> keys) {}

    record Key(String appSecret, int number) {}

    @BeforeEach
    void open() {
        api = new ApiFixture();
        api.api(ApiFixture.CONFIG, List.of(AuditRoutes.CONTEXT));
        api.context(
                new AuditVerticle(
                        new AuditConfig(java.time.Duration.ofMinutes(10), 3), api.bus, api.tx));
        linker = new Linker(api.tx, 3);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static Call as(String path) {
        return new Call(new Actor("U1", Role.VENDOR, Scope.tenant(path)), null, "req-1");
    }

    private void add(String scope, String tenant, String action, int minute) {
        api.tx.run(
                Scope.tenant(scope),
                c -> {
                    AuditStore.add(
                            c,
                            as(scope),
                            DAY.plusSeconds(60L * minute),
                            tenant,
                            action,
                            "member:" + minute,
                            null,
                            new Profile("n" + minute, "p", List.of(new Key("s", minute))));
                    return true;
                });
    }

    private JsonNode list(String path, String query) {
        var reply = api.get("/audit" + query, api.token(Role.VENDOR, path));
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
        return reply.data();
    }

    private JsonNode proof(String path, String query) {
        return api.get("/audit/proof" + query, api.token(Role.VENDOR, path)).data();
    }

    @Test
    void entriesAreLinkedByVendorAndFoundAgain() {
        add("/DEMO/", "/DEMO/", "members.profile.change", 1);
        add("/DEMO/A001/", "/DEMO/A001/", "devices.share.add", 2);
        add("/OTHR/", "/OTHR/", "members.profile.change", 3);
        assertThat(list("/DEMO/", "").get(0).has("seq")).isFalse();
        assertThat(linker.run()).isEqualTo(3);
        assertThat(linker.run()).isZero();
        JsonNode all = list("/DEMO/", "");
        assertThat(all).hasSize(2);
        assertThat(all.get(0).get("seq").asInt()).isEqualTo(2);
        assertThat(all.get(1).get("after").toString())
                .isEqualTo(
                        "{\"name\":\"n1\",\"password\":\"***\",\"keys\":[{\"app_secret\":\"***\",\"number\":1}]}");
        assertThat(list("/DEMO/", "?action=devices.")).hasSize(1);
        assertThat(list("/DEMO/", "?target=member:1&actor=U1")).hasSize(1);
        assertThat(list("/DEMO/", "?from=2026-05-04T12:02:00Z")).hasSize(1);
        assertThat(list("/DEMO/", "?to=2026-05-04T12:02:00Z")).hasSize(1);
        assertThat(list("/DEMO/A001/", "")).hasSize(1);
        assertThat(list("/OTHR/", "").toString()).doesNotContain("DEMO");
        JsonNode proof = proof("/DEMO/", "");
        assertThat(proof.get("chain").asText()).isEqualTo("/DEMO/");
        assertThat(proof.get("entries").asInt()).isEqualTo(2);
        assertThat(proof.get("intact").asBoolean()).isTrue();
        assertThat(proof.get("head").asText()).isEqualTo(all.get(0).get("hash").asText());
        assertThat(api.get("/audit/proof?vendor=OTHR", api.token(Role.VENDOR, "/DEMO/")).status())
                .isEqualTo(403);
        JsonNode platform =
                api.get("/audit/proof?vendor=OTHR", api.token(Role.PLATFORM, "/")).data();
        assertThat(platform.get("entries").asInt()).isEqualTo(1);
    }

    @Test
    void whatWasRolledBackLeavesNothing() {
        try {
            api.tx.run(
                    Scope.tenant("/DEMO/"),
                    c -> {
                        AuditStore.add(c, as("/DEMO/"), DAY, "/DEMO/", "a.b.c", "x:1", null, null);
                        throw new IllegalStateException("no");
                    });
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("no");
        }
        assertThat(linker.run()).isZero();
        assertThat(list("/DEMO/", "")).isEmpty();
    }

    /** Many write while several nodes link: each entry has one place, and none is left out. */
    @Test
    void writersAndLinkersTogetherMakeOneChain() throws Exception {
        try (var pool = Executors.newFixedThreadPool(6)) {
            List<Future<?>> work =
                    IntStream.range(0, 6)
                            .<Future<?>>mapToObj(
                                    i ->
                                            pool.submit(
                                                    () -> {
                                                        for (int n = 0; n < 40; n++) {
                                                            if (i < 4) {
                                                                add("/DEMO/", "/DEMO/", "a.b.c", n);
                                                            } else {
                                                                linker.run();
                                                            }
                                                        }
                                                        return null;
                                                    }))
                            .toList();
            for (Future<?> one : work) {
                one.get();
            }
        }
        linker.run();
        JsonNode proof = proof("/DEMO/", "");
        assertThat(proof.get("entries").asInt()).isEqualTo(160);
        assertThat(proof.get("intact").asBoolean()).isTrue();
    }

    @Test
    void whoeverChangesRemovesOrCutsIsFound() {
        for (int n = 0; n < 7; n++) {
            add("/DEMO/", "/DEMO/", "a.b.c", n);
        }
        linker.run();
        String head = proof("/DEMO/", "").get("head").asText();
        for (Map.Entry<String, Integer> tampered :
                Map.of(
                                "UPDATE audit.entry SET after = '{}' WHERE target = 'member:3'",
                                4,
                                "UPDATE audit.entry SET tenant = '/OTHR/' WHERE target ="
                                        + " 'member:5'",
                                6)
                        .entrySet()) {
            owner(tampered.getKey());
            JsonNode broken = proof("/DEMO/", "");
            assertThat(broken.get("intact").asBoolean()).as(tampered.getKey()).isFalse();
            assertThat(broken.get("broken_at").asInt()).isLessThanOrEqualTo(tampered.getValue());
        }
        assertThat(head).hasSize(64);
    }

    @Test
    void theApplicationsRolesCanNeitherChangeNorDelete() {
        add("/DEMO/", "/DEMO/", "a.b.c", 1);
        linker.run();
        for (String table : List.of("audit.entry", "audit.link")) {
            for (String statement :
                    List.of("DELETE FROM " + table, "UPDATE " + table + " SET tenant = 'x'")) {
                assertThat(refused(() -> api.db.app().query(statement).execute().await()))
                        .as(statement)
                        .isTrue();
                assertThat(refused(() -> api.db.system().query(statement).execute().await()))
                        .as(statement)
                        .isTrue();
            }
        }
    }

    private static boolean refused(Runnable statement) {
        try {
            statement.run();
            return false;
        } catch (RuntimeException e) {
            return e.getMessage().contains("permission denied");
        }
    }

    /** As whoever owns the database. */
    private void owner(String sql) {
        String jdbc =
                "jdbc:"
                        + api.uri.replace("postgres:postgres@", "")
                        + "?user=postgres&password=postgres";
        try (var connection = java.sql.DriverManager.getConnection(jdbc);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
