package io.weir.simulator;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Reads {@link Options} out of {@code -Dweir.simulate.<name>} and, stronger, {@code --<name>
 * value}. Everything that is wrong is said at once.
 */
final class OptionsReader {
    /** What a person can mend, one line each. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(List<String> faults) {
            super(String.join("\n", faults));
        }
    }

    static final String PREFIX = "weir.simulate.";

    private final Map<String, String> given = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();
    private final List<String> faults = new ArrayList<>();

    private OptionsReader(Properties properties, List<String> arguments) {
        properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .filter(name -> !properties.getProperty(name).isBlank())
                .forEach(
                        name ->
                                given.put(
                                        name.substring(PREFIX.length()),
                                        properties.getProperty(name).trim()));
        for (int i = 0; i < arguments.size(); i += 2) {
            String name = arguments.get(i);
            if (!name.startsWith("--") || i + 1 == arguments.size()) {
                faults.add("'%s': options are written --name value".formatted(name));
                return;
            }
            given.put(name.substring(2), arguments.get(i + 1));
        }
    }

    /**
     * @param password of {@code --user}, from the environment: it must not stand in a list of
     *     processes
     */
    static Options read(Properties properties, List<String> arguments, @Nullable String password)
            throws Wrong {
        return new OptionsReader(properties, arguments).options(password);
    }

    /** Of every option, sorted. */
    static Set<String> names() throws Wrong {
        OptionsReader reader = new OptionsReader(new Properties(), List.of());
        Options unused = reader.options(null);
        return reader.known;
    }

    private Options options(@Nullable String password) throws Wrong {
        Path demo = Path.of(text("demo", ".weir/demo.json"));
        Options options =
                new Options(
                        demo,
                        text("api"),
                        text("mqtt"),
                        text("http"),
                        text("user"),
                        password,
                        number("devices", 0, 0, 100_000),
                        path("credentials"),
                        product(),
                        Path.of(text("keep", demo.resolveSibling("simulator.csv").toString())),
                        parsed("model", "dispenser-0", Options.Kind::of, Options.Kind.DISPENSER_0),
                        path("tsl"),
                        number("flow", 100, 1, 10_000),
                        number("noise", 5, 0, 50),
                        1_000L * number("every", 10, 1, 86_400),
                        number("report", 200, 50, 60_000),
                        number("ramp", 200, 1, 2_000),
                        parsed("faults", "none", FaultRates::of, FaultRates.NONE),
                        seed(),
                        number("orders", 0, 0, 6_000),
                        number("ml", 500, 10, 20_000),
                        number("seconds", 0, 0, 31_536_000),
                        number("drain", 30, 1, 3_600));
        check(options);
        if (!faults.isEmpty()) {
            throw new Wrong(faults);
        }
        return options;
    }

    private void check(Options o) {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                faults.add("there is no option '%s'; --help lists all".formatted(name));
            }
        }
        if (o.devices() > 0 && o.credentials() != null) {
            faults.add("devices are made (--devices) or read (--credentials), not both");
        }
        if (o.orders() > 0 && o.http() != null) {
            faults.add("a device on HTTP hears no command: leave out --orders or --http");
        }
        if (o.orders() > 0 && o.model().mode() == null) {
            faults.add("only a dispenser pours: --orders needs a model dispenser-0, -1 or -2");
        }
        if (o.user() != null && o.password() == null) {
            faults.add("the password of --user goes into the environment, WEIR_SIMULATE_PASSWORD");
        }
        if (o.model() == Options.Kind.THING && o.devices() > 0 && o.product() == 0) {
            requireTsl(o);
        }
        if (o.credentials() != null && !Files.isReadable(o.credentials())) {
            faults.add(o.credentials() + " can't be read (--credentials)");
        }
        if (o.tsl() != null && !Files.isReadable(o.tsl())) {
            faults.add(o.tsl() + " can't be read (--tsl)");
        }
    }

    private void requireTsl(Options o) {
        if (o.tsl() == null) {
            faults.add("a new product of model thing needs its thing model: --tsl FILE");
        }
    }

    private long product() {
        String text = text("product", "new");
        try {
            return text.equals("new") ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            faults.add("--product is a product's number in the OMS, or new, not '" + text + "'");
            return 0;
        }
    }

    private long seed() {
        String text = text("seed");
        try {
            return text == null
                    ? ThreadLocalRandom.current().nextLong(1_000_000)
                    : Long.parseLong(text);
        } catch (NumberFormatException e) {
            faults.add("--seed must be a whole number, not '" + text + "'");
            return 0;
        }
    }

    private <T> T parsed(String name, String usual, Function<String, T> how, T otherwise) {
        try {
            return how.apply(text(name, usual));
        } catch (IllegalArgumentException e) {
            faults.add("--" + name + ": " + e.getMessage());
            return otherwise;
        }
    }

    private int number(String name, int usual, int least, int most) {
        String text = text(name, String.valueOf(usual));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, as any number out of range
        }
        faults.add(
                "--%s must be a whole number from %d to %d, not '%s'"
                        .formatted(name, least, most, text));
        return usual;
    }

    private @Nullable Path path(String name) {
        String text = text(name);
        return text == null ? null : Path.of(text);
    }

    private String text(String name, String usual) {
        String text = text(name);
        return text == null ? usual : text;
    }

    private @Nullable String text(String name) {
        known.add(name);
        return given.get(name);
    }
}
