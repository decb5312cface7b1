package io.weir.bench;

import io.weir.e2e.JavaProcess;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code LedgerBench} of cloud-core in a process of its own: ledger transactions a second, single
 * and batched, beside pgbench's TPC-B on the same synced PostgreSQL.
 */
final class LedgerLine implements Line {
    private static final String BENCH = "io.weir.cloud.ledger.LedgerBench";
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Pattern FIGURE =
            Pattern.compile("^(single|batched) +([\\d,]+) tx/s", Pattern.MULTILINE);

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public Duration limit() {
        return LIMIT.plusMinutes(1);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        int seconds = Math.min(rig.settings.seconds(), 10);
        try (JavaProcess bench =
                JavaProcess.start(
                        "ledger-bench",
                        BENCH,
                        Path.of(System.getProperty("weir.root"), "cloud-core/target/test-classes")
                                .toString(),
                        Map.of(),
                        List.of(String.valueOf(seconds)),
                        "1g")) {
            if (bench.awaitEnd((int) LIMIT.toSeconds()) != 0) {
                throw new IllegalStateException(bench.output());
            }
            bench.output().lines().forEach(line -> report.say("%s", line));
            Matcher figure = FIGURE.matcher(bench.output());
            while (figure.find()) {
                double rate = Double.parseDouble(figure.group(2).replace(",", ""));
                double goal = figure.group(1).equals("single") ? 2_000 : 10_000;
                report.atLeast(name(), figure.group(1), rate, goal, "tx/s");
            }
        }
    }
}
