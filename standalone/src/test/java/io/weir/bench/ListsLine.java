package io.weir.bench;

import io.weir.e2e.Api;
import io.weir.e2e.Wait;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lists of devices with a million of them in 500 tenants: pages with filters and sorts, 100 a
 * second. The rows are put into the tables directly; the tenants and their sizes are those of a
 * platform with a few large vendors and many small ones.
 */
final class ListsLine implements Line {
    private static final int TENANTS = 500;
    private static final int DEVICES = 1_000_000;
    private static final double PER_SECOND = 100;
    private static final int CONNECTIONS = 32;
    private static final double GOAL_MS = 50;

    private static final List<String> QUERIES =
            List.of(
                    "limit=20",
                    "limit=50&offset=100&sort=name&order=asc",
                    "state=2&limit=20&sort=create_tms&order=desc",
                    "type=1&limit=20",
                    "name=pump%201&limit=20",
                    "online=false&limit=20&sort=device_id");

    private static final String FILL =
            """
            INSERT INTO devices.device (device_id, tenant, product_id, batch_id, device_name, device_secret, name, remark,
                type, confirmed, enabled, created_at)
            SELECT 'BL' || lpad(i::text, 12, '0'),
                '/' || lpad(upper(to_hex((floor(500 * (i / 1000000.0) ^ 2))::int + 4096)), 4, '0') || '/', b.product_id,
                b.batch_id, 'BL' || lpad(i::text, 12, '0'), b.device_secret, 'pump ' || i, '', (ARRAY[0,1,2,3,4,8])[1 + i %% 6],
                true, i %% 50 <> 0, now() - make_interval(secs => i)
            FROM generate_series(1, %d) i,
                (SELECT product_id, batch_id, device_secret FROM devices.device WHERE device_id NOT LIKE 'BL%%' LIMIT 1) b
            """;

    @Override
    public String name() {
        return "lists";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(20);
    }

    @Override
    public void measure(Rig rig, Report report) throws Exception {
        rig.devices(1);
        List<String> tokens = fill(rig, report);
        List<ReadLoad> loads = new ArrayList<>();
        try {
            for (String token : tokens) {
                loads.add(
                        new ReadLoad(
                                rig.platform().api(),
                                token,
                                CONNECTIONS / tokens.size(),
                                PER_SECOND / tokens.size(),
                                i -> "/devices?" + QUERIES.get(i % QUERIES.size())));
            }
            Wait.pause(rig.seconds().toMillis());
            loads.forEach(ReadLoad::begin);
            Wait.pause(rig.seconds().toMillis());
            double worst = loads.stream().mapToDouble(l -> l.percentile(0.99)).max().orElseThrow();
            report.say(
                    "vendors with the most, a middling number and the fewest devices: p50 %.1f,"
                            + " %.1f, %.1f ms; p99 %.1f, %.1f, %.1f ms; %d refused",
                    loads.get(0).percentile(0.5),
                    loads.get(1).percentile(0.5),
                    loads.get(2).percentile(0.5),
                    loads.get(0).percentile(0.99),
                    loads.get(1).percentile(0.99),
                    loads.get(2).percentile(0.99),
                    loads.stream().mapToLong(ReadLoad::refused).sum());
            report.atMost(
                    name(),
                    "p99 of a page, %.0f a second".formatted(PER_SECOND),
                    worst,
                    GOAL_MS,
                    "ms");
        } finally {
            for (ReadLoad load : loads) {
                load.close();
            }
        }
        platformsOwn(rig, report);
    }

    /** Rare, and over everything: told, without a goal. */
    private static void platformsOwn(Rig rig, Report report) throws Exception {
        try (ReadLoad all =
                new ReadLoad(
                        rig.platform().api(),
                        rig.platform().admin().token(),
                        1,
                        0,
                        i -> "/devices?" + QUERIES.get(i % QUERIES.size()))) {
            Wait.pause(rig.seconds().toMillis());
            report.say(
                    "the platform's own list of all %,d: p50 %.0f ms, p99 %.0f ms",
                    DEVICES, all.percentile(0.5), all.percentile(0.99));
        }
    }

    /** Tokens of three vendors: most, middling, fewest devices. */
    private static List<String> fill(Rig rig, Report report) throws SQLException {
        try (var connection = rig.platform().jdbc();
                var statement = connection.createStatement()) {
            report.progress("%,d devices in %d tenants are made", DEVICES, TENANTS);
            statement.execute(FILL.formatted(DEVICES));
            statement.execute("VACUUM ANALYZE devices.device");
            List<String> tenants = new ArrayList<>();
            try (var rows =
                    statement.executeQuery(
                            "SELECT tenant FROM devices.device WHERE device_id LIKE 'BL%' GROUP BY"
                                    + " tenant ORDER BY count(*) DESC")) {
                while (rows.next()) {
                    tenants.add(rows.getString(1));
                }
            }
            List<String> tokens = new ArrayList<>();
            for (int at : new int[] {0, tenants.size() / 2, tenants.size() - 1}) {
                tokens.add(token(rig, statement, tenants.get(at), "bench-vendor-" + at));
            }
            return tokens;
        }
    }

    /** An account of that vendor with the demo vendor's password. */
    private static String token(Rig rig, java.sql.Statement statement, String tenant, String name)
            throws SQLException {
        String code = tenant.substring(1, 5);
        var demo = rig.platform().demo().path("vendor");
        statement.execute(
                """
                WITH v AS (
                    INSERT INTO vendors.tenant (id, tenant, parent, kind, name, zone, created_at)
                    VALUES (lpad('%1$s', 16, '0'), '%2$s', '/', 'VENDOR', '%3$s', 'Asia/Shanghai', now()) RETURNING id),
                a AS (
                    INSERT INTO members.account (uid, tenant, vid, role, name, state, created_at)
                    SELECT '%1$s' || '00000000000000AA', '%2$s', id, 'VENDOR', '%3$s', 2, now() FROM v RETURNING uid)
                INSERT INTO members.credential (uid, hash, changed_at)
                SELECT a.uid, c.hash, now() FROM a, members.credential c JOIN members.account o ON o.uid = c.uid
                WHERE o.name = '%4$s'
                """
                        .formatted(code, tenant, name, demo.path("user").asText()));
        return Api.login(
                        rig.platform().api(),
                        Map.of("user", name, "pwd", demo.path("password").asText()))
                .token();
    }
}
