package io.weir.simulator;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run came to. Pure.
 *
 * @param seconds how long it ran, its winding up included
 * @param never devices that were never let in
 * @param verdict on the bills; null = nobody ordered
 * @param wrong what should never be, one sentence each; empty = the run was right
 */
record Summary(
        Options options,
        int devices,
        int never,
        double seconds,
        Tally tally,
        int unacked,
        List<Pour> pours,
        int ordersRefused,
        String refusal,
        Orders.@Nullable Verdict verdict,
        List<String> wrong) {

    private static final int EXAMPLES = 10;

    boolean right() {
        return wrong.isEmpty();
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(
                line(
                        "devices",
                        "%d, never let in %d; connects %d, connections lost %d, refused %d",
                        devices,
                        never,
                        tally.connects,
                        tally.broken,
                        tally.refused));
        lines.add(
                line(
                        "messages",
                        "sent %d, acked %d (%.1f/s), unacked %d, lost with their device %d",
                        tally.sent,
                        tally.acked,
                        tally.acked / Math.max(0.001, seconds),
                        unacked,
                        tally.lostWithDevice));
        lines.add(
                line(
                        "",
                        "sent again %d, acked late after a fault %d, reports skipped offline %d",
                        tally.again,
                        tally.ackedLate,
                        tally.skipped));
        lines.add(line("ack latency", "%s", percentiles(tally.latency)));
        lines.add(line("faults", "%s", faults()));
        lines.add(
                line(
                        "dispenses",
                        "%d opened, asked %d ml, poured %d ml; commands %d",
                        pours.size(),
                        pours.stream().mapToLong(Pour::asked).sum(),
                        Tally.poured(pours),
                        tally.commands));
        Orders.Verdict bills = verdict;
        if (bills != null) {
            lines.add(
                    line(
                            "bills",
                            "%d settled, %d open, billed %d ml; orders refused %d",
                            bills.settled(),
                            bills.open(),
                            bills.billed(),
                            ordersRefused));
            if (!refusal.isEmpty()) {
                lines.add(line("", "last refusal: %s", refusal));
            }
        }
        lines.add(line("seed", "%d", options.seed()));
        wrong.stream().limit(EXAMPLES).forEach(w -> lines.add(line("WRONG", "%s", w)));
        if (wrong.size() > EXAMPLES) {
            lines.add(line("WRONG", "and %d more", wrong.size() - EXAMPLES));
        }
        lines.add(line("result", "%s", right() ? "RIGHT" : "WRONG"));
        return String.join("\n", lines);
    }

    private String faults() {
        StringBuilder text = new StringBuilder();
        for (FaultKind kind : FaultKind.values()) {
            if (tally.faults(kind) > 0) {
                text.append(kind.word()).append(' ').append(tally.faults(kind)).append("  ");
            }
        }
        return text.isEmpty() ? "none" : text.toString().strip();
    }

    static String percentiles(Histogram ms) {
        return ms.getTotalCount() == 0
                ? "nothing was acknowledged"
                : "p50 %d ms, p90 %d ms, p99 %d ms, p99.9 %d ms, max %d ms"
                        .formatted(
                                ms.getValueAtPercentile(50),
                                ms.getValueAtPercentile(90),
                                ms.getValueAtPercentile(99),
                                ms.getValueAtPercentile(99.9),
                                ms.getMaxValue());
    }

    private static String line(String what, String format, Object... values) {
        return String.format(
                Locale.ROOT, "  %-12s %s", what, String.format(Locale.ROOT, format, values));
    }
}
