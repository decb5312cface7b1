package io.weir.cloud.devices;

import io.weir.api.devices.ProductOps.FlowConfig;
import io.weir.api.devices.ProductOps.FlowMeter;
import io.weir.model.dispense.MeasureMode;
import io.weir.model.dispense.Outlet;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.model.thing.ThingModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What must hold among a product's thing model, controlled list and flow meter. Pure. */
final class ProductRules {
    private static final List<String> USUALLY_CONTROLLED = List.of("dispense", "stop", "valve");
    private static final long MAX_ML_PER_SECOND = 10_000;
    private static final long MAX_ML_PER_1000_PULSES = 1_000_000;

    private ProductRules() {}

    /** A dispenser that names nothing as controlled means the usual; any other product nothing. */
    static List<String> controlled(
            @Nullable List<String> given, @Nullable FlowMeter flowmeter, ThingModel model) {
        if (given != null) {
            return given.stream().distinct().toList();
        }
        return flowmeter == null
                ? List.of()
                : USUALLY_CONTROLLED.stream().filter(name -> has(model, name)).toList();
    }

    /** Throws INVALID with every fault. */
    static void check(List<String> controlled, @Nullable FlowMeter flowmeter, ThingModel model) {
        List<FieldError> faults = new ArrayList<>();
        for (int i = 0; i < controlled.size(); i++) {
            if (!has(model, controlled.get(i))) {
                faults.add(
                        new FieldError(
                                "controlled[" + i + "]",
                                "is no service or property of the thing model"));
            }
        }
        if (flowmeter != null) {
            flowmeter(flowmeter, model, faults);
        }
        if (!faults.isEmpty()) {
            throw new Rejected(
                    CommonError.INVALID,
                    faults.getFirst().field() + ": " + faults.getFirst().rule(),
                    faults);
        }
    }

    private static void flowmeter(FlowMeter meter, ThingModel model, List<FieldError> faults) {
        String counter =
                switch (meter.measureMode()) {
                    case VOLUME -> "total_ml";
                    case TIMER -> null;
                    case FLOW_METER -> "pulse_total";
                };
        if (counter != null && model.property(counter).isEmpty()) {
            faults.add(
                    new FieldError(
                            "flowmeter.measure_mode",
                            "needs the property " + counter + " in the thing model"));
        }
        for (String service : List.of("dispense", "stop")) {
            if (model.service(service).isEmpty()) {
                faults.add(
                        new FieldError(
                                "flowmeter",
                                "needs the service " + service + " in the thing model"));
            }
        }
        if (meter.config().isEmpty()) {
            faults.add(new FieldError("flowmeter.config", "must name at least one outlet"));
        }
        Set<Outlet> seen = EnumSet.noneOf(Outlet.class);
        for (int i = 0; i < meter.config().size(); i++) {
            FlowConfig outlet = meter.config().get(i);
            String at = "flowmeter.config[" + i + "]";
            if (!seen.add(outlet.key())) {
                faults.add(new FieldError(at + ".key", "occurs twice"));
            }
            if (outlet.value() < 1 || outlet.value() > MAX_ML_PER_SECOND) {
                faults.add(new FieldError(at + ".value", "must be from 1 to " + MAX_ML_PER_SECOND));
            }
            long least = meter.measureMode() == MeasureMode.FLOW_METER ? 1 : 0;
            if (outlet.pulseConstant() < least || outlet.pulseConstant() > MAX_ML_PER_1000_PULSES) {
                faults.add(
                        new FieldError(
                                at + ".ml_per_1000_pulses",
                                "must be from " + least + " to " + MAX_ML_PER_1000_PULSES));
            }
        }
    }

    private static boolean has(ThingModel model, String name) {
        return model.service(name).isPresent() || model.property(name).isPresent();
    }
}
