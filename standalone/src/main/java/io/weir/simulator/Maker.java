package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.dispense.MeasureMode;
import io.weir.runtime.json.Json;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Makes devices as a vendor does, through the OMS: product, batch, stock-in, download. One product
 * for each model, which later runs find by its code.
 */
final class Maker {
    private static final int BATCH = 2_000;
    private static final int ML_PER_1000_PULSES = 2_222;
    private static final BigDecimal YUAN_PER_LITRE = new BigDecimal("0.40");

    private final Api api;
    private final Options options;

    Maker(Api api, Options options) {
        this.api = api;
        this.options = options;
    }

    /** So many new devices of the product that the options name. */
    List<Credential> make(int count) throws IOException, Api.Refused {
        long product = options.product();
        boolean priced = true;
        if (product == 0) {
            JsonNode found = api.post("/oms/product/list", Map.of("code", code()), "");
            priced = found.size() > 0 || options.model().mode() == null;
            product = found.size() > 0 ? found.get(0).path("id").asLong() : add();
        }
        String model = options.product() == 0 ? options.model().word : modelOf(product);
        List<Credential> made = new ArrayList<>();
        while (made.size() < count) {
            made.addAll(batch(product, model, Math.min(BATCH, count - made.size())));
            if (!priced) {
                price(made.getFirst());
                priced = true;
            }
        }
        return made;
    }

    /** The thing model of a product, as the platform has it. */
    JsonNode thingModel(long product) throws Api.Refused {
        return detail(product).path("thing_model");
    }

    private JsonNode detail(long product) throws Api.Refused {
        return api.post("/oms/product/detail/" + product, Map.of(), "");
    }

    /** A product that has a flow meter's block is a dispenser. */
    private String modelOf(long product) throws Api.Refused {
        JsonNode mode = detail(product).at("/flowmeter/measure_mode");
        return mode.isInt() ? "dispenser-" + mode.asInt() : Options.Kind.THING.word;
    }

    private List<Credential> batch(long product, String model, int amount) throws Api.Refused {
        Map<String, Object> order =
                Map.of(
                        "name",
                        "simulator",
                        "amount",
                        amount,
                        "product_id",
                        product,
                        "batch_no",
                        "SIM" + random(8));
        long batch = api.post("/oms/produce/submit", order, "").path("id").asLong();
        api.post("/oms/produce/confirm/" + batch, Map.of(), "");
        List<Credential> made = new ArrayList<>();
        for (JsonNode row : api.post("/oms/produce/download/" + batch, Map.of(), "").path("rows")) {
            made.add(
                    new Credential(
                            row.path("device_id").asText(),
                            row.path("product_key").asText(),
                            row.path("device_name").asText(),
                            row.path("device_secret").asText(),
                            model,
                            product));
        }
        return made;
    }

    private long add() throws IOException, Api.Refused {
        Map<String, Object> product = new HashMap<>();
        product.put("name", "Simulator, " + options.model().word);
        product.put("code", code());
        product.put("thing_model", tsl());
        product.put("product_key", "sim" + random(6));
        product.put("product_secret", random(16));
        MeasureMode mode = options.model().mode();
        if (mode != null) {
            product.put("flowmeter", Map.of("measure_mode", mode.code(), "config", outlets()));
        }
        return api.post("/oms/product/add", product, "").path("id").asLong();
    }

    private List<Map<String, Object>> outlets() {
        List<Map<String, Object>> outlets = new ArrayList<>();
        for (String outlet : List.of("normal", "cold", "warm", "hot")) {
            outlets.add(
                    Map.of(
                            "key", outlet,
                            "value", options.flow(),
                            "ml_per_1000_pulses", ML_PER_1000_PULSES));
        }
        return outlets;
    }

    /** So that its water can be ordered. */
    private void price(Credential device) throws Api.Refused {
        api.put(
                "/devices/" + device.deviceId() + "/tariff",
                Map.of("applies_to", "PRODUCT", "prices", Map.of("cold", YUAN_PER_LITRE)));
    }

    /** Another flow of a timer, another thing model: another product. */
    private String code() throws IOException {
        String more =
                options.model() == Options.Kind.THING
                        ? Integer.toHexString(tsl().hashCode())
                        : String.valueOf(options.flow());
        return "simulator-" + options.model().word + "-" + more;
    }

    private JsonNode tsl() throws IOException {
        Path file = options.tsl();
        if (file != null) {
            return Json.tree(Files.readAllBytes(file));
        }
        String name =
                options.model() == Options.Kind.FILTER
                        ? "/simulator/filter.tsl.json"
                        : "/demo/dispenser.tsl.json";
        try (InputStream in = Maker.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no " + name + " on the class path");
            }
            return Json.tree(in.readAllBytes());
        }
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
