package io.weir.cloud.dispense;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Dispenser;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.dispense.TariffOps.Split;
import io.weir.api.dispense.TariffOps.TariffView;
import io.weir.cloud.dispense.TariffStore.Tariff;
import io.weir.model.access.Scope;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

/** What both tariff operations need: the device that the caller may see, and the answer. */
final class TariffDesk {
    private final Bus bus;

    TariffDesk(Bus bus) {
        this.bus = bus;
    }

    /** The device, if the caller's scope covers it. */
    Dispenser device(Call call, String deviceId) {
        Dispenser device =
                bus.call(
                                DevicesApi.DISPENSER,
                                new GetDispenser(deviceId),
                                Call.system(call.requestId()))
                        .await();
        if (!call.scope().covers(device.tenant())) {
            throw Rejected.notFound("device " + deviceId);
        }
        return device;
    }

    /** A tariff is the vendor's; who may see the device may read what it costs. */
    static Scope vendor(Dispenser device) {
        return Scope.tenant(Scope.vendorOf(device.tenant()));
    }

    /** A member sees prices only. */
    static TariffView view(Call call, String deviceId, Tariff t) {
        boolean member = call.actor().isMember();
        return new TariffView(
                deviceId,
                t.version(),
                t.appliesTo(),
                t.prices(),
                member ? null : new Split(t.platform(), t.agent(), t.dealer(), t.partner()),
                member ? null : t.commission(),
                t.created());
    }
}
