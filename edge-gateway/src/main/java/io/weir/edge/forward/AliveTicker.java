package io.weir.edge.forward;

import io.weir.edge.journal.Journal;
import io.weir.model.fact.Entry;
import io.weir.model.fact.FactKind;
import io.weir.model.fact.Lane;
import io.weir.model.time.Tick;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's stream time: "I was alive and this is all I had to say until now", into every
 * partition of the money lane, in order with the rest (DESIGN section 5, dispense 5).
 */
final class AliveTicker {
    private static final Logger LOG = LoggerFactory.getLogger(AliveTicker.class);
    private static final byte[] NOTHING = new byte[0];

    private final Journal journal;
    private final Time time;

    AliveTicker(Journal journal, Time time) {
        this.journal = journal;
        this.time = time;
    }

    /**
     * Once at start into the alarm lane too: a new boot's first frame there ends the connections
     * that a killed process could not end itself.
     */
    void begin() {
        tell(Lane.ALARM);
        tick();
    }

    void tick() {
        tell(Lane.MONEY);
    }

    private void tell(Lane lane) {
        Tick tick = time.tick();
        Entry alive =
                new Entry(
                        FactKind.GATEWAY_ALIVE,
                        "",
                        0,
                        time.now().toEpochMilli(),
                        tick.ms(),
                        "",
                        NOTHING);
        for (int partition = 0; partition < journal.partitions(); partition++) {
            journal.append(
                    lane,
                    partition,
                    alive,
                    kept -> {
                        if (!kept) {
                            LOG.debug("an alive entry was refused");
                        }
                    });
        }
    }
}
