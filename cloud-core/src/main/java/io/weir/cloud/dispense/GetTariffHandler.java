package io.weir.cloud.dispense;

import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.dispense.TariffOps.GetTariff;
import io.weir.api.dispense.TariffOps.TariffView;
import io.weir.cloud.dispense.TariffStore.Tariff;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/** The tariff that is in force for a device. */
final class GetTariffHandler {
    private final Tx tx;
    private final TariffDesk desk;
    private final TariffStore tariffs = new TariffStore();

    GetTariffHandler(Tx tx, TariffDesk desk) {
        this.tx = tx;
        this.desk = desk;
    }

    TariffView handle(Call call, GetTariff ask) {
        Dispenser device = desk.device(call, ask.deviceId());
        Tariff tariff = tx.run(TariffDesk.vendor(device), c -> tariffs.inForce(c, device));
        if (tariff == null) {
            throw Rejected.notFound("tariff of device " + ask.deviceId());
        }
        return TariffDesk.view(call, ask.deviceId(), tariff);
    }
}
