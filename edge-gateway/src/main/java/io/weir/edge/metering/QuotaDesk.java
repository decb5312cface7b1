package io.weir.edge.metering;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.api.dispense.SliceApi.Slices;
import io.weir.edge.quota.SliceBook;
import io.weir.edge.quota.SliceBook.No;
import io.weir.edge.quota.SliceBook.Spend;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.dispense.Outlet;
import io.weir.model.fact.SliceFact;
import io.weir.model.grant.SignedSlice;
import io.weir.model.grant.Slice;
import io.weir.model.grant.Statement;
import io.weir.runtime.crypto.Signer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.function.Consumer;

/**
 * Sells at the device without the cloud (DESIGN section 5, Offline quota): a code or the device's
 * button spends a slice, and its dispense goes the way of every dispense, the journaled intent
 * being the debit. Runs on the metering's thread.
 */
final class QuotaDesk {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaDesk.class);

    /** Nobody waits for the answer. */
    private static final long NOBODY = 0;

    /** Journals a fact of a slice in its device's partition. */
    interface Log {
        void append(String deviceId, SliceFact fact, Consumer<Boolean> kept);
    }

    /** Tells a device why nothing opens. It may get lost, and not every product listens. */
    interface Voice {
        void answer(String deviceId, QuotaAnswer answer);
    }

    private final DispenseEngine engine;
    private final SliceBook book;
    private final Signer statements;
    private final Log log;
    private final Voice voice;
    private final Runnable lowWater;
    private final MeterRegistry meters;

    /**
     * @param lowWater asks for more
     */
    QuotaDesk(
            DispenseEngine engine,
            SliceBook book,
            Signer statements,
            Log log,
            Voice voice,
            Runnable lowWater,
            MeterRegistry meters) {
        this.engine = engine;
        this.book = book;
        this.statements = statements;
        this.log = log;
        this.voice = voice;
        this.lowWater = lowWater;
        this.meters = meters;
        meters.gauge("weir.quota.ready", book, SliceBook::ready);
    }

    /** A code came from the device. A device that can't pour now does not use it up. */
    List<Effect> code(String deviceId, String code, boolean room, Moment now) {
        return mayPour(deviceId, room)
                ? spend(deviceId, book.byCode(deviceId, code, now.wallMs(), now.tick()), true, now)
                : List.of();
    }

    /** The device's own button was pressed. */
    List<Effect> button(String deviceId, Outlet outlet, long ml, boolean room, Moment now) {
        return mayPour(deviceId, room)
                ? spend(
                        deviceId,
                        book.byButton(deviceId, outlet, ml, now.wallMs(), now.tick()),
                        false,
                        now)
                : List.of();
    }

    /** The cloud's answer to a pull. */
    void pulled(Slices answer, Moment now) {
        book.cloudTime(answer.nowMs(), now.tick());
        for (SignedSlice offered : answer.slices()) {
            offered(offered, answer, now);
        }
        for (String dispenseId : answer.recalled()) {
            Statement statement = book.recall(dispenseId);
            if (statement != null) {
                close(statement);
            }
        }
    }

    /** Once a second. */
    void tick(Moment now) {
        book.due(now.wallMs(), now.tick()).forEach(this::close);
    }

    private void offered(SignedSlice offered, Slices answer, Moment now) {
        Slice slice = offered.slice();
        No no = book.refusal(offered, answer.cloudKey(), now.wallMs(), now.tick());
        boolean recalled = answer.recalled().contains(slice.dispenseId());
        if (no == No.EXPIRED || no == null && recalled) {
            book.closeUnused(slice);
        } else if (no == null) {
            take(new SliceFact.Taken(offered, answer.cloudKey()));
        } else if (no != No.KNOWN) {
            count("refused", no.name());
            LOG.warn("slice {} of the cloud is refused: {}", slice.dispenseId(), no);
        }
    }

    private void take(SliceFact.Taken fact) {
        Slice slice = fact.signed().slice();
        book.taking(fact);
        log.append(
                slice.device(),
                fact,
                kept -> {
                    if (kept) {
                        book.taken(fact);
                        count("taken", "");
                    } else {
                        book.notTaken(slice.dispenseId());
                    }
                });
    }

    private void close(Statement statement) {
        String device = book.deviceOf(statement.dispenseId());
        var fact = new SliceFact.Closed(statement, statements.sign(statement.words()));
        log.append(
                device,
                fact,
                kept -> {
                    if (kept) {
                        book.closed(statement.dispenseId());
                        count("closed", statement.reason());
                    } else {
                        book.notClosed(statement.dispenseId());
                    }
                });
    }

    private boolean mayPour(String deviceId, boolean room) {
        EndReason busy = engine.refusal(deviceId);
        if (busy != null || !room) {
            count("not_spent", busy == null ? "NO_ROOM" : busy.name());
            voice.answer(deviceId, QuotaAnswer.of(busy));
        }
        return busy == null && room;
    }

    private List<Effect> spend(String deviceId, Spend spend, boolean byCode, Moment now) {
        OpenDispense command = spend.command();
        if (command == null) {
            count("not_spent", String.valueOf(spend.no()));
            LOG.info("device {}: no slice is spent: {}", deviceId, spend.no());
            voice.answer(deviceId, QuotaAnswer.of(spend.no(), byCode));
            return List.of();
        }
        count("spent", "");
        List<Effect> effects = engine.open(NOBODY, command, true, now);
        if (book.low(deviceId)) {
            lowWater.run();
        }
        return effects;
    }

    private void count(String what, String why) {
        meters.counter("weir.quota.slices", "what", what, "why", why).increment();
    }
}
