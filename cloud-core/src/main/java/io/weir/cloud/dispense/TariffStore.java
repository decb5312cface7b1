package io.weir.cloud.dispense;

import com.fasterxml.jackson.databind.JsonNode;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.dispense.TariffOps.AppliesTo;
import io.weir.model.Money;
import io.weir.model.access.Scope;
import io.weir.model.dispense.Outlet;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Versions of tariffs. They belong to the vendor; only the narrowest newest one is in force. */
final class TariffStore {
    private static final String COLUMNS =
            """
            id, level, prices::text AS prices, platform_bp, agent_bp, dealer_bp, partner_bp, commission::text AS commission,
            created_at
            """;
    private static final String IN_FORCE =
            "SELECT "
                    + COLUMNS
                    + """
                    FROM dispense.tariff
                    WHERE tenant = $1 AND (level = 1 AND target = $2 OR level = 2 AND target = $3 OR level = 3)
                    ORDER BY level, id DESC LIMIT 1
                    """;
    private static final String INSERT =
            """
            INSERT INTO dispense.tariff
              (tenant, level, target, prices, platform_bp, agent_bp, dealer_bp, partner_bp, commission, created_by,
               created_at)
            VALUES ($1, $2, $3, $4::text::jsonb, $5, $6, $7, $8, $9::text::jsonb, $10, $11)
            RETURNING
            """
                    + COLUMNS;

    /** One version. */
    record Tariff(
            long version,
            AppliesTo appliesTo,
            Map<Outlet, Money> prices,
            int platform,
            int agent,
            int dealer,
            int partner,
            List<Integer> commission,
            Instant created) {
        Terms terms(Money price) {
            return new Terms(version, price, platform, agent, dealer, partner, commission);
        }
    }

    /** What a device is charged by now; null when nobody has said. */
    @Nullable Tariff inForce(SqlConnection tx, Dispenser device) {
        Tuple values =
                Tuple.of(Scope.vendorOf(device.tenant()), device.deviceId(), device.productKey());
        RowSet<Row> rows = tx.preparedQuery(IN_FORCE).execute(values).await();
        return rows.size() == 0 ? null : tariff(rows.iterator().next());
    }

    /** Adds a version; its number and time come from the database. */
    Tariff add(SqlConnection tx, Dispenser device, Tariff t, String by) {
        String target =
                switch (t.appliesTo()) {
                    case DEVICE -> device.deviceId();
                    case PRODUCT -> device.productKey();
                    case VENDOR -> "";
                };
        Tuple values =
                Tuple.tuple()
                        .addValue(Scope.vendorOf(device.tenant()))
                        .addValue((short) (t.appliesTo().ordinal() + 1))
                        .addValue(target)
                        .addValue(Json.text(t.prices()))
                        .addValue(t.platform())
                        .addValue(t.agent())
                        .addValue(t.dealer())
                        .addValue(t.partner())
                        .addValue(Json.text(t.commission()))
                        .addValue(by)
                        .addValue(t.created().atOffset(ZoneOffset.UTC));
        return tariff(tx.preparedQuery(INSERT).execute(values).await().iterator().next());
    }

    private static Tariff tariff(Row r) {
        return new Tariff(
                r.getLong("id"),
                AppliesTo.values()[r.getInteger("level") - 1],
                prices(Json.tree(r.getString("prices"))),
                r.getInteger("platform_bp"),
                r.getInteger("agent_bp"),
                r.getInteger("dealer_bp"),
                r.getInteger("partner_bp"),
                numbers(Json.tree(r.getString("commission"))),
                r.getOffsetDateTime("created_at").toInstant());
    }

    private static Map<Outlet, Money> prices(JsonNode json) {
        Map<Outlet, Money> prices = new EnumMap<>(Outlet.class);
        json.properties()
                .forEach(
                        e ->
                                prices.put(
                                        Outlet.of(e.getKey()),
                                        Money.ofYuan(e.getValue().decimalValue())));
        return prices;
    }

    private static List<Integer> numbers(JsonNode json) {
        List<Integer> numbers = new ArrayList<>();
        json.forEach(n -> numbers.add(n.intValue()));
        return numbers;
    }
}
