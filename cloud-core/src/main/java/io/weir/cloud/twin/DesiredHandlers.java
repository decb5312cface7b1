package io.weir.cloud.twin;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.Done;
import io.weir.api.devices.DevicesApi.DeviceModel;
import io.weir.api.twin.TwinOps.Desired;
import io.weir.api.twin.TwinOps.DropDesired;
import io.weir.api.twin.TwinOps.OfDevice;
import io.weir.api.twin.TwinOps.SetDesired;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.thing.ThingCheck;
import io.weir.runtime.thing.ThingModelReader;
import io.weir.runtime.time.Time;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a device is wanted to be, property by property. Set is merge; each property has its own
 * version, which rises with every set and delete.
 */
final class DesiredHandlers {
    private final Tx tx;
    private final Time time;
    private final Targets targets;
    private final Deliverer deliverer;
    private final Deeds deeds;

    DesiredHandlers(Tx tx, Time time, Targets targets, Deliverer deliverer) {
        this.tx = tx;
        this.time = time;
        this.targets = targets;
        this.deliverer = deliverer;
        this.deeds = new Deeds(time);
    }

    List<Desired> get(Call call, OfDevice q) {
        Own own = targets.own(call, q.deviceId());
        return tx.run(call.scope(), c -> view(DesiredStore.all(c, own)));
    }

    /** Merged under the device's row locks; delivered at once when it is online. */
    List<Desired> set(Call call, SetDesired q) {
        DeviceModel device = targets.device(call, q.deviceId());
        JsonNode values = Json.MAPPER.valueToTree(q.properties());
        refuse(device, values);
        Own own = Targets.own(device);
        List<Desired> now =
                tx.run(
                        call.scope(),
                        c -> {
                            Long version = q.version();
                            if (version != null) {
                                expect(DesiredStore.all(c, own), values, version);
                            }
                            values.properties()
                                    .forEach(
                                            v ->
                                                    DesiredStore.set(
                                                            c,
                                                            own,
                                                            v.getKey(),
                                                            v.getValue().toString(),
                                                            time.now()));
                            List<Desired> all = view(DesiredStore.all(c, own));
                            deeds.add(c, call, own, "desired.set", null, q.properties());
                            return all;
                        });
        deliverer.wake(own.deviceId());
        return now;
    }

    Done drop(Call call, DropDesired q) {
        Own own = targets.own(call, q.deviceId());
        boolean was =
                tx.run(
                        call.scope(),
                        c -> {
                            boolean there = DesiredStore.drop(c, own, q.identifier(), time.now());
                            if (there) {
                                deeds.add(c, call, own, "desired.drop", q.identifier(), null);
                            }
                            return there;
                        });
        if (!was) {
            throw Rejected.notFound("desired " + q.identifier());
        }
        return new Done();
    }

    private static void refuse(DeviceModel device, JsonNode values) {
        for (Map.Entry<String, JsonNode> entry : values.properties()) {
            if (device.controlled().contains(entry.getKey())) {
                throw new Rejected(
                        TwinError.CONTROLLED_BY_DISPENSE,
                        entry.getKey() + " is controlled by the dispense engine",
                        List.of(
                                new FieldError(
                                        entry.getKey(), "is controlled by the dispense engine")));
            }
        }
        var model = ThingModelReader.read(device.tslJson(), "thing_model");
        List<FieldError> faults = ThingCheck.set(model, values, "properties");
        if (!faults.isEmpty()) {
            FieldError first = faults.getFirst();
            throw new Rejected(CommonError.INVALID, first.field() + ": " + first.rule(), faults);
        }
    }

    private static void expect(Map<String, DesiredStore.Entry> all, JsonNode values, long version) {
        for (Map.Entry<String, JsonNode> entry : values.properties()) {
            DesiredStore.Entry now = all.get(entry.getKey());
            long has = now == null ? 0 : now.version();
            if (has != version) {
                throw new Rejected(
                        TwinError.VERSION_CONFLICT,
                        entry.getKey() + " has version " + has + ", not " + version);
            }
        }
    }

    private static List<Desired> view(Map<String, DesiredStore.Entry> all) {
        List<Desired> view = new ArrayList<>();
        all.forEach(
                (identifier, entry) -> {
                    String value = entry.value();
                    if (value != null) {
                        view.add(
                                new Desired(
                                        identifier,
                                        Json.tree(value),
                                        entry.version(),
                                        !entry.pending()));
                    }
                });
        return view;
    }
}
