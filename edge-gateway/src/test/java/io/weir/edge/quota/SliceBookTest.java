package io.weir.edge.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.quota.SliceBook.No;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.SliceFact;
import io.weir.model.grant.GrantKind;
import io.weir.model.grant.SignedSlice;
import io.weir.model.grant.Slice;
import io.weir.model.grant.StartBy;
import io.weir.model.time.Tick;
import io.weir.runtime.crypto.PourCode;
import io.weir.runtime.crypto.Signer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;

class SliceBookTest {
    private static final Signer CLOUD = Signer.derived(new byte[32], "slices");
    private static final String CODE = PourCode.of(new byte[32], "member", "dev1", "d1");
    private static final long NOW = 1_800_000_000_000L;
    private static final long HOUR = 3_600_000;
    private static final Tick TICK = new Tick(1_000, "boot");
    private static final QuotaConfig CONFIG =
            new QuotaConfig(
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    100,
                    1,
                    3,
                    Duration.ofSeconds(30));

    private final SliceBook book = new SliceBook(CONFIG, "edge-1", "j1");

    @BeforeEach
    void cloudSpeaks() {
        book.cloudTime(NOW, TICK);
    }

    private static Slice slice(String id, String journal, StartBy by) {
        return new Slice(
                "g1",
                GrantKind.WALLET,
                1,
                "edge-1",
                journal,
                "member",
                7,
                by,
                by == StartBy.CODE ? PourCode.hash(id, CODE) : "",
                NOW + HOUR,
                new OpenDispense(
                        id, "dev1", Outlet.COLD, 500, MeasureMode.VOLUME, 50, 0, 60, 10_000));
    }

    private static SignedSlice signed(Slice s) {
        return new SignedSlice(s, CLOUD.sign(s.words()));
    }

    private No refusal(SignedSlice s) {
        return book.refusal(s, CLOUD.publicKey(), NOW, TICK);
    }

    private void take(Slice s) {
        var fact = new SliceFact.Taken(signed(s), CLOUD.publicKey());
        book.taking(fact);
        book.taken(fact);
    }

    private static Tick later(long ms) {
        return new Tick(TICK.ms() + ms, TICK.boot());
    }

    @Test
    void takesOnlyWhatTheCloudSignedForThisJournal() {
        assertThat(refusal(signed(slice("d1", "j1", StartBy.CODE)))).isNull();
        assertThat(refusal(signed(slice("d1", "j2", StartBy.CODE)))).isEqualTo(No.OTHER_JOURNAL);
        Slice honest = slice("d1", "j1", StartBy.CODE);
        var forged = new SignedSlice(slice("d2", "j1", StartBy.CODE), CLOUD.sign(honest.words()));
        assertThat(refusal(forged)).isEqualTo(No.BAD_SIGNATURE);
        take(honest);
        assertThat(refusal(signed(honest))).isEqualTo(No.KNOWN);
        Signer other = Signer.derived(new byte[32], "another cloud");
        Slice next = slice("d3", "j1", StartBy.CODE);
        var foreign = new SignedSlice(next, other.sign(next.words()));
        assertThat(book.refusal(foreign, other.publicKey(), NOW, TICK)).isEqualTo(No.OTHER_KEY);
    }

    @Test
    void aCodeIsGoodOnceHoweverItIsTyped() {
        take(slice("d1", "j1", StartBy.CODE));
        assertThat(book.byCode("dev2", CODE, NOW, TICK).no()).isEqualTo(No.NOTHING);
        String typed =
                CODE.substring(0, 4) + "-" + CODE.substring(4).toLowerCase(java.util.Locale.ROOT);
        assertThat(book.byCode("dev1", typed, NOW, TICK).command().dispenseId()).isEqualTo("d1");
        assertThat(book.byCode("dev1", CODE, NOW, TICK).no()).isEqualTo(No.USED);
        take(slice("d2", "j1", StartBy.BUTTON));
        for (int i = 0; i < 5; i++) {
            assertThat(book.byCode("dev1", CODE, NOW, TICK).no())
                    .as("a used code is no guess")
                    .isEqualTo(No.USED);
        }
    }

    @Test
    void aCodeThatWasGivenBackSaysSo() {
        take(slice("d1", "j1", StartBy.CODE));
        assertThat(book.recall("d1")).isNotNull();
        assertThat(book.byCode("dev1", CODE, NOW, TICK).no()).isEqualTo(No.CLOSED);
        book.closed("d1");
        assertThat(book.byCode("dev1", CODE, NOW, TICK).no()).isEqualTo(No.CLOSED);
    }

    @Test
    void aSliceThatIsNotOnTheDiskYetIsNotSpentButStandsInACheckpoint() {
        book.taking(new SliceFact.Taken(signed(slice("d1", "j1", StartBy.CODE)), "key"));
        assertThat(book.byCode("dev1", CODE, NOW, TICK).no()).isEqualTo(No.NOTHING);
        assertThat(book.snapshot().slices()).hasSize(1);
    }

    @Test
    void afterThreeWrongCodesTheDeviceIsDeafForTwiceAsLongEachTime() {
        take(slice("d1", "j1", StartBy.CODE));
        for (int i = 0; i < 3; i++) {
            book.byCode("dev1", "000000000000", NOW, TICK);
        }
        assertThat(book.byCode("dev1", CODE, NOW, later(29_000)).no()).isEqualTo(No.DEAF);
        for (int i = 0; i < 3; i++) {
            book.byCode("dev1", "000000000000", NOW + 30_000, later(30_000));
        }
        assertThat(book.byCode("dev1", CODE, NOW + 89_000, later(89_000)).no()).isEqualTo(No.DEAF);
        assertThat(book.byCode("dev1", CODE, NOW + 90_000, later(90_000)).no()).isNull();
    }

    @Test
    void aClockThatIsWrongUnknownOrBehindItsJournalSpendsNothing() {
        take(slice("d1", "j1", StartBy.CODE));
        assertThat(book.byCode("dev1", CODE, NOW - 24 * HOUR, TICK).no()).isEqualTo(No.CLOCK);
        assertThat(book.byCode("dev1", CODE, NOW + 24 * HOUR, TICK).no()).isEqualTo(No.CLOCK);
        book.journaled(NOW + HOUR / 2, TICK);
        assertThat(book.byCode("dev1", CODE, NOW, TICK).no()).isEqualTo(No.CLOCK);
        assertThat(book.byCode("dev1", CODE, NOW + HOUR / 2, later(HOUR / 2)).no()).isNull();
    }

    /** A process that starts while the cloud is away: only the journal says how late it is. */
    private SliceBook restarted() {
        take(slice("d1", "j1", StartBy.CODE));
        book.journaled(NOW, TICK);
        book.journaled(NOW - 24 * HOUR, later(600_000)); // set back, and running for 10 minutes
        SliceBook next = new SliceBook(CONFIG, "edge-1", "j1");
        next.restore(book.snapshot());
        return next;
    }

    private static Tick next(long ms) {
        return new Tick(ms, "next boot");
    }

    @Test
    void afterARestartTheJournalsLatestTimeAndWhatRanSinceVouchForTheClock() {
        SliceBook next = restarted();
        long floor = NOW + 600_000;
        assertThat(next.byCode("dev1", CODE, floor - 31_000, next(5)).no()).isEqualTo(No.CLOCK);
        assertThat(next.due(NOW, next(0))).isEmpty();
        assertThat(next.byCode("dev1", CODE, floor + 30_000, next(60_001)).no())
                .as("behind, by what ran since the restart")
                .isEqualTo(No.CLOCK);
        assertThat(next.byCode("dev1", CODE, floor + 60_000, next(60_000)).no()).isNull();
    }

    @Test
    void aClockSetBackAfterARestartProlongsNothing() {
        SliceBook next = restarted();
        assertThat(next.due(NOW + HOUR, next(1_000))).as("no statement by this clock").isEmpty();
        assertThat(next.byCode("dev1", CODE, NOW + HOUR / 2, next(2_000)).no())
                .as("it has shown a later time")
                .isEqualTo(No.CLOCK);
        assertThat(next.byCode("dev1", CODE, NOW + HOUR - 20_000, next(3_000)).no())
                .as("within the tolerance, but the slice has expired by the latest time")
                .isEqualTo(No.EXPIRED);
        next.cloudTime(NOW + HOUR / 2, next(4_000));
        assertThat(next.byCode("dev1", CODE, NOW + HOUR / 2, next(4_000)).no())
                .as("the cloud knows better")
                .isNull();
    }

    @Test
    void aJournalThatNeverSawATimeVouchesForNothingAndNothingIsTakenWithoutTheCloud() {
        SliceBook fresh = new SliceBook(CONFIG, "edge-1", "j1");
        var fact = new SliceFact.Taken(signed(slice("d1", "j1", StartBy.CODE)), CLOUD.publicKey());
        fresh.taken(fact);
        assertThat(fresh.byCode("dev1", CODE, NOW, TICK).no()).isEqualTo(No.CLOCK);
        SliceBook next = restarted();
        assertThat(
                        next.refusal(
                                signed(slice("d2", "j1", StartBy.CODE)),
                                CLOUD.publicKey(),
                                NOW + HOUR / 4,
                                next(1)))
                .isEqualTo(No.CLOCK);
    }

    @Test
    void whatExpiredIsClosedOnceAndAgainIfTheJournalDidNotKeepIt() {
        take(slice("d1", "j1", StartBy.BUTTON));
        assertThat(book.due(NOW, TICK)).isEmpty();
        assertThat(book.due(NOW + HOUR, later(HOUR))).hasSize(1);
        assertThat(book.due(NOW + HOUR, later(HOUR))).isEmpty();
        assertThat(book.byButton("dev1", Outlet.COLD, 100, NOW, TICK).no()).isEqualTo(No.NOTHING);
        book.notClosed("d1");
        assertThat(book.due(NOW + HOUR, later(HOUR))).hasSize(1);
        book.closed("d1");
        assertThat(book.due(NOW + HOUR, later(HOUR))).isEmpty();
    }

    @Test
    void aButtonPoursWhatWasAskedForAndTellsWhenFewAreLeft() {
        take(slice("d1", "j1", StartBy.BUTTON));
        take(slice("d2", "j1", StartBy.BUTTON));
        assertThat(book.low("dev1")).isFalse();
        assertThat(book.byButton("dev1", Outlet.HOT, 100, NOW, TICK).no()).isEqualTo(No.NOTHING);
        assertThat(book.byButton("dev1", Outlet.COLD, 501, NOW, TICK).no()).isEqualTo(No.NOTHING);
        assertThat(book.byButton("dev1", Outlet.COLD, 200, NOW, TICK).command().orderedMl())
                .isEqualTo(200);
        assertThat(book.low("dev1")).isTrue();
    }
}
