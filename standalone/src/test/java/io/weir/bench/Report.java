package io.weir.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is printed while the bench runs, and once more together at its end. */
final class Report {
    private final List<String> lines = new ArrayList<>();
    private final long start = System.nanoTime();

    /** Only while it runs. */
    void progress(String format, Object... values) {
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        System.out.printf("  [%4d s] %s%n", seconds, text(format, values));
    }

    /** A figure without a goal, or under what conditions a line was measured. */
    void say(String format, Object... values) {
        line("       " + text(format, values));
    }

    /**
     * @param unit in which value and goal are counted
     */
    void atMost(String line, String what, double value, double goal, String unit) {
        goal(line, what, value, goal, unit, "<=", value <= goal);
    }

    void atLeast(String line, String what, double value, double goal, String unit) {
        goal(line, what, value, goal, unit, ">=", value >= goal);
    }

    /** Something that must be so. */
    void holds(String line, String what, boolean so) {
        line("%-7s%s: %s".formatted(so ? "met" : "MISSED", line, what));
    }

    /**
     * Nothing acknowledged is lost or doubled. Of a connection that was lost meanwhile some may be
     * stored that nobody heard of.
     */
    void stored(String line, long stored, long acked, long lost) {
        holds(
                line,
                text(
                        "stored %,d of %,d acknowledged, each once; %d connections lost",
                        stored, acked, lost),
                stored == acked || lost > 0 && stored > acked);
    }

    void failed(String line, Throwable fault) {
        line("%-7s%s: not measured: %s".formatted("FAILED", line, fault));
    }

    private void goal(
            String line,
            String what,
            double value,
            double goal,
            String unit,
            String sign,
            boolean met) {
        line(
                text(
                        "%-7s%s: %s %s %s; goal %s %s %s, ratio %.2f",
                        met ? "met" : "MISSED",
                        line,
                        what,
                        number(value),
                        unit,
                        sign,
                        number(goal),
                        unit,
                        value / goal));
    }

    private static String number(double value) {
        return text(Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private synchronized void line(String line) {
        lines.add(line);
        System.out.println(line);
    }

    synchronized void summary() {
        System.out.println();
        System.out.println("================ mvn -Pbench ================");
        lines.forEach(System.out::println);
    }
}
