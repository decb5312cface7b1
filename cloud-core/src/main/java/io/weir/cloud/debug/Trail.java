package io.weir.cloud.debug;

import io.weir.api.debug.DebugApi.Direction;
import io.weir.api.debug.DebugApi.Entry;
import io.weir.api.debug.DebugApi.Seen;
import io.weir.api.debug.DebugOps.Item;
import io.weir.api.debug.DebugOps.Reason;
import io.weir.api.debug.DebugOps.Traffic;
import io.weir.api.debug.DebugOps.Type;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows a device from gateway to gateway: what was noted of it is told in order and once, and
 * where something is missing, or may be, a gap is told.
 */
final class Trail {
    /** Asks one gateway. */
    interface Gateways {
        /**
         * What it has behind a cursor.
         *
         * @return null when it does not answer; never for the one where the device is now: that it
         *     does not answer is the asker's failure
         */
        @Nullable Seen read(Cursor after);
    }

    private final Gateways gateways;

    Trail(Gateways gateways) {
        this.gateways = gateways;
    }

    /**
     * @param last how far was read; null = nothing yet
     * @param home the gateway that the device is connected to, or else assigned to; null when none
     */
    Traffic read(@Nullable Cursor last, @Nullable String home) {
        List<Item> items = new ArrayList<>();
        Cursor from = last;
        if (from != null && home != null && !home.equals(from.gateway())) {
            Seen rest = gateways.read(from);
            if (rest != null && !rest.entries().isEmpty()) {
                Cursor to = tell(from, rest, items);
                return new Traffic(to.text(), from.gateway(), rest.connected(), items);
            }
            from = from.to(home);
            items.add(Item.gap(from.text(), Reason.MOVED, null, home));
        }
        if (from == null && home == null) {
            return new Traffic(null, null, false, items);
        }
        Cursor asked = from == null ? Cursor.begin(home == null ? "" : home) : from;
        Seen seen = gateways.read(asked);
        if (seen == null) {
            return new Traffic(asked.text(), asked.gateway(), false, items);
        }
        Cursor to = tell(asked, seen, items);
        return new Traffic(to.text(), to.gateway(), seen.connected(), items);
    }

    /** Adds what a gateway answered; where to go on. */
    private static Cursor tell(Cursor asked, Seen seen, List<Item> items) {
        boolean same = seen.ring().equals(asked.ring());
        Cursor at = asked.at(seen.ring(), same ? asked.number() : 0);
        if (!same && !asked.ring().isEmpty()) {
            items.add(Item.gap(at.text(), Reason.RESTARTED, null, null));
        }
        if (seen.lost() > 0) {
            at = at.at(seen.ring(), at.number() + seen.lost());
            items.add(Item.gap(at.text(), Reason.OVERFLOW, seen.lost(), null));
        }
        for (Entry entry : seen.entries()) {
            at = at.at(seen.ring(), entry.number());
            items.add(item(at, entry));
        }
        return at;
    }

    private static Item item(Cursor at, Entry e) {
        boolean line = e.direction() == Direction.LINE;
        return new Item(
                line ? Type.LINE : Type.MESSAGE,
                at.text(),
                Instant.ofEpochMilli(e.atMs()),
                line ? null : e.direction(),
                line ? null : e.topic(),
                e.kind(),
                line ? null : e.size(),
                line ? null : e.form(),
                e.payload(),
                line ? null : e.cut(),
                e.outcome(),
                e.tookMs(),
                null,
                null,
                null);
    }
}
