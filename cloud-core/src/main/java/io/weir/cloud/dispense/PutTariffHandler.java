package io.weir.cloud.dispense;

import io.vertx.sqlclient.SqlConnection;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.dispense.TariffOps.AppliesTo;
import io.weir.api.dispense.TariffOps.PutTariff;
import io.weir.api.dispense.TariffOps.Split;
import io.weir.api.dispense.TariffOps.TariffView;
import io.weir.cloud.dispense.TariffStore.Tariff;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Adds a version of a tariff. What is under way keeps the version it was created with. The
 * platform's own share is the platform's to set: a vendor's version takes it over.
 */
final class PutTariffHandler {
    private static final long MAX_PRICE_FEN = 100_000;

    private final Tx tx;
    private final Time time;
    private final TariffDesk desk;
    private final DispenseConfig config;
    private final TariffStore tariffs = new TariffStore();

    PutTariffHandler(Tx tx, Time time, TariffDesk desk, DispenseConfig config) {
        this.tx = tx;
        this.time = time;
        this.desk = desk;
        this.config = config;
    }

    TariffView handle(Call call, PutTariff ask) {
        check(ask);
        Dispenser device = desk.device(call, ask.deviceId());
        Tariff added = tx.run(TariffDesk.vendor(device), c -> add(c, call, ask, device));
        return TariffDesk.view(call, ask.deviceId(), added);
    }

    private Tariff add(SqlConnection c, Call call, PutTariff ask, Dispenser device) {
        Tariff before = tariffs.inForce(c, device);
        Tariff added = tariffs.add(c, device, tariff(call, ask, before), call.actor().uid());
        AuditStore.add(
                c,
                call,
                time.now(),
                device.tenant(),
                "dispense.tariff.put",
                "device:" + device.deviceId(),
                before,
                added);
        return added;
    }

    private Tariff tariff(Call call, PutTariff ask, @Nullable Tariff before) {
        Split split = ask.split() == null ? new Split(null, 0, 0, 0) : ask.split();
        List<Integer> commission = ask.commission() == null ? List.of() : ask.commission();
        int platform = platform(call, split, before);
        int shared =
                platform
                        + split.agent()
                        + split.dealer()
                        + split.partner()
                        + commission.stream().mapToInt(Integer::intValue).sum();
        if (shared > Terms.WHOLE) {
            throw Rejected.invalid(
                    "split", "all shares with the commission are at most 10000 basis points");
        }
        AppliesTo appliesTo = ask.appliesTo();
        return new Tariff(
                0,
                appliesTo == null ? AppliesTo.DEVICE : appliesTo,
                ask.prices(),
                platform,
                split.agent(),
                split.dealer(),
                split.partner(),
                commission,
                time.now());
    }

    private int platform(Call call, Split split, @Nullable Tariff before) {
        int now = before == null ? config.platformBasisPoints() : before.platform();
        Integer wanted = split.platform();
        if (wanted == null || wanted == now) {
            return now;
        }
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(
                    CommonError.FORBIDDEN,
                    "split.platform: only the platform changes its share, it is " + now);
        }
        return wanted;
    }

    private static void check(PutTariff ask) {
        if (ask.prices().isEmpty()) {
            throw Rejected.invalid("prices", "at least one outlet has a price");
        }
        ask.prices()
                .forEach(
                        (outlet, price) -> {
                            if (price.fen() < 0 || price.fen() > MAX_PRICE_FEN) {
                                throw Rejected.invalid(
                                        "prices." + outlet.wire(),
                                        "must be 0..1000 yuan per litre");
                            }
                        });
        Split split = ask.split();
        if (split != null) {
            share("split.platform", split.platform());
            share("split.agent", split.agent());
            share("split.dealer", split.dealer());
            share("split.partner", split.partner());
        }
        List<Integer> commission = ask.commission();
        if (commission != null) {
            if (commission.size() > Terms.LEVELS) {
                throw Rejected.invalid("commission", "at most three levels");
            }
            commission.forEach(bp -> share("commission", bp));
        }
    }

    private static void share(String field, @Nullable Integer basisPoints) {
        if (basisPoints != null && (basisPoints < 0 || basisPoints > Terms.WHOLE)) {
            throw Rejected.invalid(field, "must be 0..10000 basis points");
        }
    }
}
