package io.weir.cloud.devices;

import io.weir.api.devices.ProfileOps.GetStatistics;
import io.weir.api.devices.ProfileOps.PeriodUse;
import io.weir.api.devices.ProfileOps.Statistics;
import io.weir.api.devices.ProfileOps.UseSums;
import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.OperationsOps.GetUsage;
import io.weir.api.dispense.OperationsOps.Span;
import io.weir.api.dispense.OperationsOps.Usage;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.devices.Periods.Period;
import io.weir.model.access.Scope;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What flowed at a device, as the dispenses tell it. */
final class UsageReads {
    private final Bus bus;
    private final Tenants tenants;
    private final Time time;

    /**
     * @param member only what this member had; null = everybody
     */
    record Whose(String deviceId, String tenant, @Nullable String member) {}

    UsageReads(Bus bus, Tenants tenants, Time time) {
        this.bus = bus;
        this.tenants = tenants;
        this.time = time;
    }

    UseSums sums(Call call, Whose whose) {
        Instant now = time.now();
        ZoneId zone = zone(call, whose);
        List<Usage> sums =
                ask(
                        call,
                        whose,
                        List.of(
                                Periods.around(now, ChronoUnit.DAYS, zone),
                                Periods.around(now, ChronoUnit.MONTHS, zone),
                                new Span(Instant.EPOCH, now.plus(1, ChronoUnit.DAYS))));
        return new UseSums(sums.get(0), sums.get(1), sums.get(2));
    }

    Statistics periods(Call call, Whose whose, GetStatistics q) {
        ZoneId zone = zone(call, whose);
        List<Period> periods = Periods.of(q.by(), q.from(), q.to(), time.now(), zone);
        List<Usage> usages = ask(call, whose, periods.stream().map(Period::span).toList());
        List<PeriodUse> told = new ArrayList<>();
        Usage total = new Usage(0, 0, 0);
        for (int i = 0; i < periods.size(); i++) {
            Usage usage = usages.get(i);
            told.add(new PeriodUse(periods.get(i).name(), usage));
            total =
                    new Usage(
                            total.dispenses() + usage.dispenses(),
                            total.volumeMl() + usage.volumeMl(),
                            total.seconds() + usage.seconds());
        }
        return new Statistics(whose.deviceId(), zone.getId(), told, total);
    }

    private List<Usage> ask(Call call, Whose whose, List<Span> spans) {
        var ask = new GetUsage(whose.deviceId(), whose.tenant(), whose.member(), spans);
        return bus.call(OperationsOps.USAGE, ask, Call.system(call.requestId())).await().usages();
    }

    private ZoneId zone(Call call, Whose whose) {
        Tenant vendor = tenants.vendor(Scope.vendorOf(whose.tenant()), call.requestId());
        return vendor == null ? ZoneOffset.UTC : ZoneId.of(vendor.zone());
    }
}
