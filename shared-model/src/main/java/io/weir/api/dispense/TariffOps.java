package io.weir.api.dispense;

import io.weir.api.Op;
import io.weir.model.Money;
import io.weir.model.dispense.Outlet;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** HTTP-facing operations on tariffs: price per litre per outlet, split, commission; versioned. */
public interface TariffOps {
    /** The tariff in force for a device: its own, else its product's, else its vendor's. */
    Op<GetTariff, TariffView> GET = Op.of("tariff.get.v1", GetTariff.class, TariffView.class);

    /** Adds a version; dispenses that are under way keep theirs. */
    Op<PutTariff, TariffView> PUT = Op.of("tariff.put.v1", PutTariff.class, TariffView.class);

    record GetTariff(String deviceId) {}

    /**
     * @param appliesTo the device alone when absent
     * @param prices yuan per litre; 0 is free of charge
     * @param split all to the vendor when absent
     * @param commission basis points for the referrers, nearest first; none when absent
     */
    record PutTariff(
            String deviceId,
            @Nullable AppliesTo appliesTo,
            Map<Outlet, Money> prices,
            @Nullable Split split,
            @Nullable List<Integer> commission) {}

    /** Whose tariff it is; the narrower one wins. */
    enum AppliesTo {
        DEVICE,
        PRODUCT,
        VENDOR
    }

    /**
     * Basis points (1/10000) of what is charged; the vendor gets what is left.
     *
     * @param platform only the platform may change it; absent: as before, at first the setting's
     */
    record Split(@Nullable Integer platform, int agent, int dealer, int partner) {}

    /**
     * @param version the number that a dispense keeps
     * @param split null for a member, as is the commission
     */
    record TariffView(
            String deviceId,
            long version,
            AppliesTo appliesTo,
            Map<Outlet, Money> prices,
            @Nullable Split split,
            @Nullable List<Integer> commission,
            Instant createTms) {}
}
