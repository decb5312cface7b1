package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.dispense.MeasureMode;
import io.weir.runtime.json.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Which devices take part, and the model that stands behind each. */
final class Roster {
    private static final int ML_PER_1000_PULSES = 2_222;

    private final Options options;
    private final World world;
    private final List<Credential> devices;
    private final Map<Long, JsonNode> thingModels = new HashMap<>();

    private Roster(Options options, World world, List<Credential> devices) {
        this.options = options;
        this.world = world;
        this.devices = devices;
    }

    /** Made, read or of the demo; a message in an exception says what to do. */
    static Roster of(Options options, World world) throws IOException, Api.Refused {
        Path file = options.credentials();
        List<Credential> devices =
                options.devices() > 0
                        ? kept(options, world)
                        : file == null ? world.demoDevices() : CredentialFile.read(file);
        if (devices.isEmpty()) {
            throw new IOException("no device in " + file);
        }
        Roster roster = new Roster(options, world, devices);
        for (Credential device : devices) {
            roster.learn(device);
        }
        return roster;
    }

    /** Those of earlier runs first; what is missing is made and kept. */
    private static List<Credential> kept(Options options, World world)
            throws IOException, Api.Refused {
        Path file = options.keep();
        List<Credential> all = new ArrayList<>();
        if (Files.isReadable(file)) {
            all.addAll(CredentialFile.read(file));
        }
        List<Credential> fit = new ArrayList<>();
        for (Credential device : all) {
            boolean fits =
                    options.product() == 0
                            ? device.model().equals(options.model().word)
                            : device.productId() == options.product();
            if (fits && fit.size() < options.devices()) {
                fit.add(device);
            }
        }
        int missing = options.devices() - fit.size();
        if (missing > 0) {
            List<Credential> made = new Maker(world.maker(), options).make(missing);
            fit.addAll(made);
            all.addAll(made);
            CredentialFile.write(file, all);
        }
        return fit;
    }

    /** A thing model comes from a file, or once for each product from the platform. */
    private void learn(Credential device) throws IOException, Api.Refused {
        if (kind(device) != Options.Kind.THING || thingModels.containsKey(device.productId())) {
            return;
        }
        Path tsl = options.tsl();
        if (tsl == null && device.productId() == 0) {
            throw new IOException("the thing model of " + device + " is missing: --tsl FILE");
        }
        thingModels.put(
                device.productId(),
                tsl == null
                        ? new Maker(world.maker(), options).thingModel(device.productId())
                        : Json.tree(Files.readAllBytes(tsl)));
    }

    List<Credential> devices() {
        return devices;
    }

    /**
     * @param run unlike that of any other run
     */
    Model model(Credential device, String run, RandomGenerator random, long at) {
        Options.Kind kind = kind(device);
        MeasureMode mode = kind.mode();
        if (mode != null) {
            return new DispenserFlow(
                    new DispenserFlow.Setup(
                            run,
                            mode,
                            options.flow(),
                            options.noise(),
                            options.reportMs(),
                            ML_PER_1000_PULSES),
                    random,
                    at);
        }
        return kind == Options.Kind.FILTER
                ? new FilterFlow(run, random, at)
                : new ThingFlow(
                        thingModels.getOrDefault(device.productId(), Json.tree("{}")), random);
    }

    private Options.Kind kind(Credential device) {
        return device.model().isEmpty() ? options.model() : Options.Kind.of(device.model());
    }
}
