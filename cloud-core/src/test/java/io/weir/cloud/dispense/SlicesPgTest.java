package io.weir.cloud.dispense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.dispense.SliceApi;
import io.weir.api.dispense.SliceApi.PullSlices;
import io.weir.api.dispense.SliceApi.Slices;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.Money;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.SliceFact;
import io.weir.model.grant.SignedSlice;
import io.weir.model.grant.Slice;
import io.weir.model.grant.Statement;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.crypto.PourCode;
import io.weir.runtime.crypto.Signer;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Grants and slices on a real PostgreSQL, behind the real API, with a gateway made of facts. */
class SlicesPgTest {
    static final SlicesConfig CONFIG =
            new SlicesConfig(
                    "devices.key",
                    Duration.ofMillis(50),
                    Duration.ofSeconds(1),
                    100,
                    10,
                    168,
                    Duration.ofMinutes(10));
    private static final Signer GATEWAY = Signer.derived(new byte[16], "gateway");
    private static final String JOURNAL = "journal-edge-1";

    @TempDir Path data;
    private DispenseHouse house;
    private String device;
    private String member;

    @BeforeEach
    void open() throws IOException {
        Files.writeString(
                data.resolve("devices.key"), Base64.getEncoder().encodeToString(new byte[32]));
        house = new DispenseHouse();
        house.api.context(
                new SlicesVerticle(
                        house.api.bus,
                        house.api.tx,
                        house.time,
                        CONFIG,
                        DispenseHouse.CONFIG,
                        data));
        device = house.device();
        member = house.member(500);
    }

    @AfterEach
    void close() {
        assertThat(house.ledger.sum()).isEqualTo(Money.ZERO);
        house.close();
    }

    private Reply grant(String key, String startBy, int slices) {
        String body =
                "{\"outlet\":\"normal\",\"volume_ml\":500,\"slices\":%d,\"start_by\":\"%s\",\"hours\":24}"
                        .formatted(slices, startBy);
        return house.api.post(
                "/devices/" + device + "/grants",
                house.token(member),
                body,
                Map.of("Idempotency-Key", key));
    }

    private Slices pull(String journal, Signer signer) {
        var actor = new Actor("gateway:edge-1", Role.PLATFORM, Scope.PLATFORM);
        return house.api
                .bus
                .call(
                        SliceApi.PULL,
                        new PullSlices("edge-1", journal, signer.publicKey()),
                        new Call(actor, null, "pull"))
                .await();
    }

    private List<SignedSlice> pull() {
        return pull(JOURNAL, GATEWAY).slices();
    }

    private Entry entry(SliceFact fact) {
        return new Entry(
                FactKind.SLICE, device, 0, 0, 1_000, SliceFact.nameOf(fact), Json.bytes(fact));
    }

    private Entry closed(Slice s, Signer signer) {
        Statement statement =
                new Statement("edge-1", JOURNAL, s.grant(), s.number(), s.dispenseId(), "EXPIRED");
        return entry(new SliceFact.Closed(statement, signer.sign(statement.words())));
    }

    private Entry taken(SignedSlice s) {
        return entry(new SliceFact.Taken(s, "key"));
    }

    private void tell(Entry... entries) {
        house.apply(house.frame("edge-1", entries));
    }

    private Entry intent(OpenDispense command) {
        return house.entry(device, new DispenseFact.Intent(command.dispenseId(), command));
    }

    private Entry ended(String id, long ml) {
        return house.entry(device, new DispenseFact.Ended(id, ml, 9, EndReason.LIMIT));
    }

    private JsonNode slice(String id) {
        for (JsonNode s : house.api.get("/slices?limit=50", house.vendor).data()) {
            if (s.path("dispense_id").asText().equals(id)) {
                return s;
            }
        }
        throw new AssertionError("no slice " + id);
    }

    private JsonNode sum(String token) {
        JsonNode sums = house.api.get("/slices/sums?limit=50", token).data();
        assertThat(sums.size()).isLessThanOrEqualTo(1);
        return sums.path(0);
    }

    private static void assertSum(JsonNode sum, String... expected) {
        String[] names = {
            "granted", "reserved", "debited", "returned", "worth", "bad_debt", "difference"
        };
        for (int i = 0; i < names.length; i++) {
            assertThat(sum.path(names[i]).decimalValue())
                    .as(names[i] + " of " + sum)
                    .isEqualByComparingTo(expected[i]);
        }
    }

    private void untilState(String id, String state) {
        DispenseHouse.until(() -> slice(id).path("state").asText().equals(state), id + " " + state);
    }

    @Test
    void aSpentSliceIsCapturedOnceAndAnUnusedOneGoesBackOnTheGatewaysWord() {
        Reply reply = grant("g1", "code", 2);
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
        assertThat(house.ledger.openHolds()).isEqualTo(2);
        JsonNode again = grant("g1", "code", 2).data();
        assertThat(again.path("grant_id")).isEqualTo(reply.data().path("grant_id"));
        assertThat(house.ledger.openHolds()).isEqualTo(2);

        Slices answer = pull(JOURNAL, GATEWAY);
        assertThat(answer.slices()).hasSize(2);
        for (SignedSlice s : answer.slices()) {
            assertThat(Signer.verified(answer.cloudKey(), s.slice().words(), s.signature()))
                    .isTrue();
        }
        Slice spent = answer.slices().get(0).slice();
        Slice unused = answer.slices().get(1).slice();
        String code = "";
        for (JsonNode s : again.path("slices")) {
            if (s.path("dispense_id").asText().equals(spent.dispenseId())) {
                code = s.path("code").asText();
            }
        }
        assertThat(PourCode.hash(spent.dispenseId(), code)).isEqualTo(spent.codeHash());

        tell(taken(answer.slices().get(0)), taken(answer.slices().get(1)));
        assertThat(pull()).as("it has said that it has them").isEmpty();
        // both at once, as an outage delivers them
        tell(intent(spent.command()), ended(spent.dispenseId(), 300));
        JsonNode done = house.seeWhen(spent.dispenseId(), "CAPTURED");
        assertThat(done.path("charged").decimalValue()).isEqualByComparingTo("0.60");
        assertThat(slice(spent.dispenseId()).path("state").asText()).isEqualTo("DEBITED");

        house.time.advance(Duration.ofDays(30));
        tell(closed(unused, Signer.derived(new byte[16], "somebody else")));
        assertThat(slice(unused.dispenseId()).path("state").asText())
                .as("neither a clock nor a stranger's word frees it")
                .isEqualTo("TAKEN");
        assertThat(house.ledger.openHolds()).isEqualTo(1);
        tell(closed(unused, GATEWAY));
        untilState(unused.dispenseId(), "RELEASED");
        assertThat(house.ledger.openHolds()).isZero();
        assertThat(house.ledger.captures()).isEqualTo(1);

        JsonNode word = slice(unused.dispenseId()).path("statement");
        assertThat(word.path("reason").asText()).isEqualTo("EXPIRED");
        assertThat(word.path("verified").asBoolean()).isTrue();
        assertThat(slice(unused.dispenseId()).path("returned").decimalValue())
                .isEqualByComparingTo("1.00");
        assertThat(slice(spent.dispenseId()).path("returned").decimalValue())
                .isEqualByComparingTo("0.40");
        assertSum(sum(house.vendor), "2.00", "0", "0.60", "1.40", "0.60", "0", "0");
        assertThat(sum(house.vendor).path("statements").asInt()).isEqualTo(1);
        house.asOwner(
                "UPDATE dispense.slice SET statement = jsonb_set(statement, '{statement,reason}',"
                        + " '\"RECALLED\"') WHERE statement IS NOT NULL");
        assertThat(slice(unused.dispenseId()).at("/statement/verified").asBoolean())
                .as("a word that was changed")
                .isFalse();
    }

    @Test
    void whoeverOwnsNothingHereSeesNoneOfItAndOnlyTheMemberSeesCodes() {
        grant("g1", "code", 1);
        assertSum(sum(house.vendor), "1.00", "1.00", "0", "0", "0", "0", "0");
        assertThat(sum(house.vendor).path("copied_tms").isNull()).isTrue();
        String stranger = house.api.token(Role.VENDOR, "/OTHR/");
        assertThat(house.api.get("/slices/sums", stranger).data()).isEmpty();
        assertThat(house.api.get("/slices", stranger).data()).isEmpty();
        assertThat(house.api.get("/slices/sums", house.token(member)).status()).isEqualTo(403);
        assertThat(house.api.get("/slices", house.vendor).data().path(0).path("code").isNull())
                .isTrue();
        JsonNode own = house.api.get("/slices?device_id=" + device, house.token(member)).data();
        assertThat(own.path(0).path("code").asText()).hasSize(12);
        assertThat(house.api.get("/slices", house.token(house.member(100))).data()).isEmpty();
    }

    /** A refusal may overtake an earlier question that holds. */
    @Test
    void aRefusalWhileAnEarlierQuestionMayBeUnderWayLeavesNoHoldForNobody() {
        member = house.member(100);
        house.ledgerMood = "answer lost"; // the first question holds, and nobody hears of it
        String id = grant("g1", "code", 1).data().at("/slices/0/dispense_id").asText();
        assertThat(house.ledger.openHolds()).isEqualTo(1);
        house.ledgerMood = "refuses"; // as if a later question had come first
        house.time.advance(Duration.ofSeconds(2));
        DispenseHouse.until(() -> house.refusals.get() >= 1, "the later question");
        untilState(id, "CREATED");
        house.ledgerMood = "well";
        house.time.advance(Duration.ofSeconds(2));
        untilState(id, "HELD");
        assertThat(house.ledger.openHolds()).as("one hold, and it is the slice's").isEqualTo(1);
    }

    @Test
    void aRefusalCountsBeforeThePollHasAskedAndLongAfterIt() {
        house.ledgerMood = "refuses";
        String first = grant("g1", "code", 1).data().at("/slices/0/dispense_id").asText();
        untilState(first, "REFUSED");
        house.ledgerMood = "down"; // the first question never arrives
        String second = grant("g2", "code", 1).data().at("/slices/0/dispense_id").asText();
        house.ledgerMood = "refuses";
        int before = house.refusals.get();
        house.time.advance(Duration.ofSeconds(2));
        DispenseHouse.until(() -> house.refusals.get() > before, "a question of the poll");
        untilState(second, "CREATED");
        house.time.advance(Duration.ofSeconds(5));
        untilState(second, "REFUSED");
        assertThat(house.ledger.openHolds()).isZero();
    }

    @Test
    void twoPoursOfOneDeviceMayComeInOneBatch() {
        grant("g1", "code", 2);
        List<SignedSlice> slices = pull();
        Slice a = slices.get(0).slice();
        Slice b = slices.get(1).slice();
        tell(
                taken(slices.get(0)),
                taken(slices.get(1)),
                intent(a.command()),
                ended(a.dispenseId(), 500),
                intent(b.command()),
                ended(b.dispenseId(), 700));
        assertThat(house.seeWhen(a.dispenseId(), "CAPTURED").path("charged").decimalValue())
                .isEqualByComparingTo("1.00");
        assertThat(house.seeWhen(b.dispenseId(), "CAPTURED").path("charged").decimalValue())
                .isEqualByComparingTo("1.00");
    }

    @Test
    void aLostDisksSlicesStayReservedUntilAnOperatorFreesThemAndALatePourIsBadDebt() {
        grant("g1", "code", 1);
        Slice lost = pull().getFirst().slice();
        assertThat(pull("another-journal", Signer.derived(new byte[16], "new disk")).slices())
                .as("no slice of another journal")
                .isEmpty();
        assertThatThrownBy(() -> pull(JOURNAL, Signer.derived(new byte[16], "a clone")))
                .isInstanceOf(Rejected.class);
        assertThat(sum(house.vendor).path("copied_tms").asText())
                .as("the operator sees that a copy asked")
                .startsWith("20");
        String path = "/slices/" + lost.dispenseId() + "/free";
        assertThat(house.api.post(path, house.token(member), null, Map.of()).status())
                .isEqualTo(403);
        assertThat(house.api.post(path, house.vendor, null, Map.of()).status()).isEqualTo(202);
        untilState(lost.dispenseId(), "RELEASED");
        assertThat(house.ledger.openHolds()).isZero();
        tell(intent(lost.command()), ended(lost.dispenseId(), 250));
        assertThat(slice(lost.dispenseId()).path("late").asBoolean()).isTrue();
        assertThat(house.see(lost.dispenseId()).path("state").asText()).isEqualTo("VOIDED");
        DispenseHouse.until(
                () -> house.ledger.badDebts().equals(Money.ofFen(50)), "the bad debt of 250 ml");
        assertThat(house.ledger.captures()).isZero();
        assertThat(slice(lost.dispenseId()).path("freed_by").isNull()).isFalse();
        DispenseHouse.until(
                () -> sum(house.vendor).path("bad_debt").asDouble() > 0, "the bad debt's posting");
        assertSum(sum(house.vendor), "1.00", "0", "0", "1.00", "0.50", "0.50", "0");
        assertThat(sum(house.vendor).path("without_word").asInt()).isEqualTo(1);
    }

    @Test
    void aButtonsGrantIsFilledAgainAndARecallTakesItBack() {
        JsonNode made = grant("g1", "button", 2).data();
        String id = made.path("grant_id").asText();
        assertThat(made.path("slices").path(0).path("code").isNull()).isTrue();
        List<SignedSlice> first = pull();
        assertThat(first).hasSize(2);
        OpenDispense whole = first.getFirst().slice().command();
        OpenDispense asked =
                new OpenDispense(
                        whole.dispenseId(),
                        whole.deviceId(),
                        whole.outlet(),
                        200,
                        whole.mode(),
                        whole.mlPerSecond(),
                        0,
                        whole.secondsMax(),
                        whole.ttlMs());
        tell(
                taken(first.get(0)),
                taken(first.get(1)),
                intent(asked),
                ended(whole.dispenseId(), 230));
        assertThat(house.seeWhen(whole.dispenseId(), "CAPTURED").path("charged").decimalValue())
                .as("what was asked for, not what the slice would bear")
                .isEqualByComparingTo("0.40");
        List<SignedSlice> more = pull();
        assertThat(more).hasSize(1);

        Reply recalled =
                house.api.post("/grants/" + id + "/recall", house.token(member), null, Map.of());
        assertThat(recalled.status()).isEqualTo(202);
        Slices answer = pull(JOURNAL, GATEWAY);
        assertThat(answer.recalled())
                .containsExactlyInAnyOrder(
                        first.get(1).slice().dispenseId(), more.getFirst().slice().dispenseId());
        tell(closed(first.get(1).slice(), GATEWAY), closed(more.getFirst().slice(), GATEWAY));
        untilState(more.getFirst().slice().dispenseId(), "RELEASED");
        untilState(first.get(1).slice().dispenseId(), "RELEASED");
        assertThat(house.ledger.openHolds()).isZero();
        assertThat(pull()).isEmpty();
    }

    @Test
    void whatTheWalletDoesNotBearIsRefusedAndALostAnswerIsAskedForAgain() {
        JsonNode poor = grant("g1", "code", 6).data();
        long refused = 0;
        for (JsonNode s : poor.path("slices")) {
            refused += s.path("state").asText().equals("REFUSED") ? 1 : 0;
        }
        assertThat(refused).isEqualTo(1);
        assertThat(house.ledger.openHolds()).isEqualTo(5);

        member = house.member(500);
        house.ledgerMood = "answer lost";
        JsonNode open = grant("g2", "code", 1).data();
        String id = open.path("slices").path(0).path("dispense_id").asText();
        assertThat(slice(id).path("state").asText()).isEqualTo("CREATED");
        house.ledgerMood = "well";
        house.time.advance(Duration.ofSeconds(2));
        untilState(id, "HELD");
        assertThat(house.ledger.openHolds()).isEqualTo(6);
    }
}
