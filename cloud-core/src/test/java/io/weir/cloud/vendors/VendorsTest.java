package io.weir.cloud.vendors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.vendors.VendorOps;
import io.weir.api.vendors.VendorOps.CreateTenant;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.GetChain;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.http.ApiFixture;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class VendorsTest {
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture();
        api.api(ApiFixture.CONFIG, List.of(VendorsRoutes.CONTEXT))
                .context(
                        new VendorsVerticle(
                                TestVendors.CONFIG,
                                TestVendors.data(),
                                api.bus,
                                api.tx,
                                api.time,
                                Set.of()));
        create("VENDOR", "/", "DEMO");
        create("AGENT", "/DEMO/", "A001");
        create("DEALER", "/DEMO/A001/", "D001");
        create("VENDOR", "/", "OTHR");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Tenant create(String kind, String parent, String code) {
        return api.bus
                .call(
                        VendorOps.CREATE_TENANT,
                        new CreateTenant(kind, parent, code, kind + " " + code, null),
                        Call.system("test"))
                .await();
    }

    private static VendorsApi.Chain chain(Scope scope, String path) {
        Call call = new Call(new Actor("u", Role.VENDOR, scope), null, "test");
        return api.bus.call(VendorsApi.CHAIN, new GetChain(path), call).await();
    }

    @Test
    void aTenantHasItsOwnNumberAndCreatingItAgainAnswersTheSame() {
        Tenant one = create("VENDOR", "/", "DEMO");
        assertThat(one.id()).matches("[0-9A-F]{16}");
        assertThat(one.path()).isEqualTo("/DEMO/");
        assertThat(one.zone()).isEqualTo("Asia/Shanghai");
        assertThat(create("VENDOR", "/", "DEMO")).isEqualTo(one);
    }

    @Test
    void theChainGoesFromTheVendorDownAndNamesTheNearestPartner() {
        assertThat(chain(Scope.PLATFORM, "/DEMO/A001/D001/").tenants())
                .extracting(Tenant::kind)
                .containsExactly("VENDOR", "AGENT", "DEALER");
        assertThat(chain(Scope.PLATFORM, "/OTHR/").partner()).isNull();
        create("PARTNER", "/DEMO/", "P001");
        Tenant near = create("PARTNER", "/DEMO/A001/", "P002");
        assertThat(chain(Scope.tenant("/DEMO/"), "/DEMO/A001/D001/").partner()).isEqualTo(near);
        assertThat(chain(Scope.tenant("/DEMO/"), "/DEMO/").partner().path())
                .isEqualTo("/DEMO/P001/");
        assertThatThrownBy(() -> chain(Scope.tenant("/OTHR/"), "/DEMO/"))
                .isInstanceOfSatisfying(Rejected.class, r -> assertThat(r.status()).isEqualTo(404));
    }

    @Test
    void theTreeRefusesWrongPlacesAndCodes() {
        for (var wrong :
                List.of(
                        new CreateTenant("AGENT", "/", "A009", "x", null),
                        new CreateTenant("DEALER", "/NONE/", "D009", "x", null),
                        new CreateTenant("VENDOR", "/DEMO/", "V009", "x", null),
                        new CreateTenant("VENDOR", "/", "0000", "x", null),
                        new CreateTenant("VENDOR", "/", "demo", "x", null),
                        new CreateTenant("KING", "/", "KING", "x", null),
                        new CreateTenant("VENDOR", "/", "NEWX", " ", null),
                        new CreateTenant("VENDOR", "/", "NEWX", "x", "Mars/Base"),
                        new CreateTenant("PARTNER", "/DEMO/", "A001", "x", null))) {
            assertThatThrownBy(
                            () ->
                                    api.bus
                                            .call(VendorOps.CREATE_TENANT, wrong, Call.system("t"))
                                            .await())
                    .as(wrong.toString())
                    .isInstanceOfSatisfying(
                            Rejected.class, r -> assertThat(r.status()).isEqualTo(422));
        }
        Call vendor = new Call(new Actor("u", Role.VENDOR, Scope.tenant("/DEMO/")), null, "t");
        assertThatThrownBy(
                        () ->
                                api.bus
                                        .call(
                                                VendorOps.CREATE_TENANT,
                                                new CreateTenant("VENDOR", "/", "EVIL", "x", null),
                                                vendor)
                                        .await())
                .isInstanceOfSatisfying(Rejected.class, r -> assertThat(r.status()).isEqualTo(403));
    }

    @Test
    void everybodyReadsTheirOwnTenant() {
        var own = api.get("/vendors/me", api.token(Role.AGENT, "/DEMO/A001/"));
        assertThat(own.status()).isEqualTo(200);
        assertThat(own.data().path("path").asText()).isEqualTo("/DEMO/A001/");
        assertThat(api.get("/vendors/me", api.token(Role.AGENT, "/DEMO/A404/")).status())
                .isEqualTo(404);
        assertThat(api.get("/vendors/me", api.token(Role.PLATFORM, "/")).status()).isEqualTo(403);
    }

    @Test
    void withoutAWhereWeirAppSeesOnlyItsScope() {
        long seen =
                api.tx.run(
                        Scope.tenant("/OTHR/"),
                        c ->
                                c.query("SELECT count(*) FROM vendors.tenant")
                                        .execute()
                                        .await()
                                        .iterator()
                                        .next()
                                        .getLong(0));
        assertThat(seen).isEqualTo(1);
    }
}
