package io.weir.cloud.vendors;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.vendors.SigningFlow.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;

/** Signing records and the gate before everything else (P-002 to P-008, AX-09 to AX-12). */
class SigningTest {
    private static final String OWN = "/vendors/me/signing";
    private static VendorsWorld w;

    @BeforeAll
    static void start() {
        w = new VendorsWorld();
    }

    @AfterAll
    static void stop() {
        w.close();
    }

    private static Map<String, Object> body(boolean submit) {
        return new HashMap<>(
                Map.of(
                        "agreement",
                        "MODULE_MAKER",
                        "company",
                        "Clear",
                        "licence_no",
                        "91-1",
                        "contact",
                        "Wen",
                        "mobile",
                        "13900000000",
                        "submit",
                        submit));
    }

    @Test
    @Tag("stores:addOwnSigning")
    @Tag("stores:changeOwnSigning")
    @Tag("stores:listOwnSignings")
    @Tag("stores:changeSigningById")
    @Tag("refuses:changeOwnSigning")
    @Tag("refuses:changeSigningById")
    @Tag("shows:P-002")
    @Tag("shows:P-007")
    @Tag("shows:P-008")
    void anUnsignedVendorCanSignAndNothingElse() {
        String vid = w.create("user", "signer").data().path("vid").asText();
        String token = w.login("signer");
        for (String path : new String[] {"/users", "/devices", "/agents", "/staff", "/dispenses"}) {
            Reply shut = VendorLifeTest.await(() -> w.api.get(path, token), 403);
            assertThat(shut.code()).as(path).isEqualTo("VENDOR_UNSIGNED");
        }
        assertThat(w.api.get("/vendors/me", token).status()).isEqualTo(200);
        long id = w.api.post(OWN, token, body(false)).data().path("id").asLong();
        Reply draft = w.put(OWN + "/" + id, token, Map.of("company", "Clear Water Ltd"));
        assertThat(draft.data().path("company").asText()).isEqualTo("Clear Water Ltd");
        assertThat(w.put(OWN + "/" + id, token, Map.of("to", "SIGNED")).status()).isEqualTo(422);
        assertThat(w.put(OWN + "/" + id, token, Map.of("to", "SUBMITTED")).status()).isEqualTo(201);
        Reply edited = w.put(OWN + "/" + id, token, Map.of("company", "Other"));
        assertThat(edited.code()).isEqualTo("WRONG_STATE");
        String judge = "/vendors/" + vid + "/signing/" + id;
        Reply silent = w.put(judge, w.platform(), Map.of("to", "REJECTED"));
        assertThat(silent.fields()).containsExactly("reason");
        assertThat(
                        w.put(judge, w.platform(), Map.of("to", "REJECTED", "reason", "blurred"))
                                .status())
                .isEqualTo(201);
        assertThat(w.api.get(OWN, token).data().get(0).path("reason").asText())
                .isEqualTo("blurred");
        w.put(OWN + "/" + id, token, Map.of("to", "SUBMITTED", "licence_no", "91-2"));
        assertThat(w.put(judge, w.platform(), Map.of("to", "SIGNED")).fields())
                .containsExactly("valid_to");
        assertThat(
                        w.put(judge, w.platform(), Map.of("to", "SIGNED", "valid_to", "2099-12-31"))
                                .status())
                .isEqualTo(201);
        VendorLifeTest.await(() -> w.api.get("/users", token), 200);
        assertThat(w.put(judge, w.platform(), Map.of("to", "ENDED", "reason", "left")).status())
                .isEqualTo(201);
        VendorLifeTest.await(() -> w.api.get("/users", token), 403);
        assertThat(w.put(judge, w.platform(), Map.of("to", "SIGNED")).code())
                .isEqualTo("WRONG_STATE");
    }

    @Test
    @Tag("stores:listSignings")
    @Tag("stores:addSigning")
    @Tag("stores:changeSigning")
    @Tag("stores:removeSigning")
    @Tag("stores:removeSigningById")
    @Tag("refuses:addSigning")
    @Tag("refuses:listSignings")
    @Tag("refuses:changeSigning")
    @Tag("refuses:removeSigning")
    @Tag("refuses:removeSigningById")
    @Tag("shows:A-190")
    @Tag("shows:A-191")
    @Tag("shows:A-192")
    @Tag("shows:A-193")
    void thePlatformKeepsRecordsByBothPaths() {
        String vid = w.create().data().path("vid").asText();
        String path = "/vendors/" + vid + "/signing";
        long one = w.api.post(path, w.platform(), body(true)).data().path("id").asLong();
        long two = w.api.post(path, w.platform(), body(false)).data().path("id").asLong();
        assertThat(w.put(path, w.platform(), Map.of("id", two, "company", "Two")).status())
                .isEqualTo(201);
        var list = w.api.get(path, w.platform()).data();
        assertThat(list.findValuesAsText("company")).containsExactly("Two", "Clear");
        assertThat(w.delete(path + "?id=" + one, w.platform()).status()).isEqualTo(204);
        assertThat(w.delete(path + "/" + two, w.platform()).status()).isEqualTo(204);
        assertThat(w.api.get(path, w.platform()).data()).isEmpty();
        assertThat(w.delete(path + "?id=" + one, w.platform()).code()).isEqualTo("NOT_FOUND");
        assertThat(w.delete(path + "/" + two, w.platform()).code()).isEqualTo("NOT_FOUND");
        assertThat(w.put(path, w.platform(), Map.of("id", two)).code()).isEqualTo("NOT_FOUND");
        String none = "/vendors/00000000000000FF/signing";
        assertThat(w.api.post(none, w.platform(), body(true)).code()).isEqualTo("NOT_FOUND");
        assertThat(w.api.get(none, w.platform()).code()).isEqualTo("NOT_FOUND");
    }

    @Test
    @Tag("stores:removeOwnSigning")
    @Tag("refuses:removeOwnSigning")
    @Tag("refuses:addOwnSigning")
    @Tag("refuses:listOwnSignings")
    void whatIsSubmittedIsDrawnBackBeforeItIsRemoved() {
        w.create("user", "drawer");
        String token = w.login("drawer");
        long id = w.api.post(OWN, token, body(true)).data().path("id").asLong();
        assertThat(w.delete(OWN + "/" + id, token).code()).isEqualTo("WRONG_STATE");
        w.put(OWN + "/" + id, token, Map.of("to", "DRAFT"));
        assertThat(w.delete(OWN + "/" + id, token).status()).isEqualTo(204);
        assertThat(w.api.get(OWN, token).data()).isEmpty();
        Map<String, Object> wrong = body(true);
        wrong.put("agreement", "HANDSHAKE");
        assertThat(w.api.post(OWN, token, wrong).fields()).containsExactly("agreement");
        assertThat(w.api.get(OWN, w.platform()).code()).isEqualTo("FORBIDDEN");
    }

    @Test
    void aRecordWhoseLastDayHasPassedEnds() {
        String vid = w.signed("expiring");
        String token = w.login("expiring");
        VendorLifeTest.await(() -> w.api.get("/users", token), 200);
        w.api.db
                .system()
                .query(
                        "UPDATE vendors.signing SET valid_to = '2020-01-01' WHERE vid = '"
                                + vid
                                + "'")
                .execute()
                .await();
        var handlers =
                new SigningHandlers(
                        w.api.tx, w.api.time, new Vendors(w.api.tx, w.api.time, w.api.bus));
        assertThat(sweep(handlers)).isFalse();
        assertThat(sweep(handlers)).isTrue();
        VendorLifeTest.await(() -> w.api.get("/users", token), 403);
    }

    /** On a virtual thread of Vert.x, where sweeps run. */
    private static boolean sweep(SigningHandlers handlers) {
        return handlers.sweep();
    }

    @Test
    void nothingLeadsOutOfTheEndAndOnlyThePlatformSigns() {
        for (State to : State.values()) {
            assertThat(SigningFlow.allowed(State.ENDED, to, true)).isFalse();
            assertThat(SigningFlow.allowed(to, State.SIGNED, false)).isFalse();
            assertThat(SigningFlow.allowed(to, to, true)).isFalse();
        }
        assertThat(SigningFlow.removable(State.SIGNED, true)).isFalse();
    }
}
