package io.weir.cloud.ota;

import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.devices.DevicesApi.DevicesOfProduct;
import io.weir.api.devices.DevicesApi.GetDispenser;
import io.weir.api.devices.DevicesApi.GetPlaces;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.devices.DevicesApi.ProductDevice;
import io.weir.api.ota.PackageOps.FirmwarePackage;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Devices as the devices context tells of them; of a foreign tenant they are not found. */
final class Targets {
    private static final int PLACES_AT_ONCE = 500;

    private final Bus bus;
    private final int most;

    /**
     * @param most devices of a campaign
     */
    Targets(Bus bus, int most) {
        this.bus = bus;
        this.most = most;
    }

    /**
     * Owned by whom the package belongs to.
     *
     * @param wanted null = all of the product
     */
    List<ProductDevice> of(Call call, FirmwarePackage firmware, @Nullable List<String> wanted) {
        return wanted == null ? all(call, firmware) : named(call, firmware, wanted);
    }

    /** NOT_FOUND when it is not in the asker's scope. */
    String tenant(Call call, String device) {
        return bus.call(DevicesApi.MODEL, new GetDispenser(device), call).await().tenant();
    }

    private List<ProductDevice> all(Call call, FirmwarePackage firmware) {
        List<ProductDevice> found = new ArrayList<>();
        String last = "";
        List<ProductDevice> page;
        do {
            var ask = new DevicesOfProduct(firmware.productId(), last, DevicesApi.DEVICES_AT_ONCE);
            page = bus.call(DevicesApi.OF_PRODUCT, ask, call).await();
            page.stream().filter(d -> d.tenant().startsWith(firmware.tenant())).forEach(found::add);
            if (found.size() > most) {
                throw Rejected.invalid("devices", "are more than " + most + ", name some");
            }
            last = page.isEmpty() ? last : page.getLast().deviceId();
        } while (page.size() == DevicesApi.DEVICES_AT_ONCE);
        return found;
    }

    private List<ProductDevice> named(Call call, FirmwarePackage firmware, List<String> wanted) {
        return named(
                call,
                wanted,
                "is no device of the product",
                place ->
                        place.tenant().startsWith(firmware.tenant())
                                && place.productKey().equals(firmware.productKey()));
    }

    /**
     * @param rule what is said of one that doesn't fit, is foreign, or doesn't exist: the three
     *     must look the same
     */
    List<ProductDevice> named(Call call, List<String> wanted, String rule, Predicate<Place> fits) {
        List<String> ids = wanted.stream().distinct().toList();
        Map<String, Place> places = new HashMap<>();
        for (int from = 0; from < ids.size(); from += PLACES_AT_ONCE) {
            var some = ids.subList(from, Math.min(ids.size(), from + PLACES_AT_ONCE));
            bus.call(DevicesApi.PLACES, new GetPlaces(some), call)
                    .await()
                    .forEach(place -> places.put(place.deviceId(), place));
        }
        List<ProductDevice> found = new ArrayList<>();
        for (String id : ids) {
            Place place = places.get(id);
            if (place == null || !call.scope().covers(place.tenant()) || !fits.test(place)) {
                throw Rejected.invalid("devices[" + wanted.indexOf(id) + "]", rule);
            }
            found.add(new ProductDevice(place.deviceId(), place.tenant()));
        }
        return found;
    }

    /** Null when there is none in the asker's scope. */
    @Nullable DeviceModel find(Call call, String device) {
        try {
            return bus.call(DevicesApi.MODEL, new GetDispenser(device), call).await();
        } catch (Rejected e) {
            if (e.is(CommonError.NOT_FOUND)) {
                return null;
            }
            throw e;
        }
    }
}
