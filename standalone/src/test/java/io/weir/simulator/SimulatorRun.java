package io.weir.simulator;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * A run of the simulator in the test's process.
 *
 * @param summary as people read it
 * @param faults how many hit something
 * @param poured ml by the devices' own count, by dispense
 */
public record SimulatorRun(String summary, long faults, Map<String, Long> poured) {
    /**
     * @param options without {@code demo}
     */
    public static SimulatorRun of(Path demo, Map<String, String> options) throws Exception {
        var properties = new Properties();
        properties.setProperty("weir.simulate.demo", demo.toString());
        options.forEach((name, value) -> properties.setProperty("weir.simulate." + name, value));
        Summary summary =
                new Simulation(
                                OptionsReader.read(properties, List.of(), null),
                                line -> System.out.println("SIMULATOR " + line))
                        .run();
        System.out.println(summary);
        return new SimulatorRun(
                summary.toString(),
                Arrays.stream(FaultKind.values()).mapToLong(summary.tally()::faults).sum(),
                summary.pours().stream().collect(Collectors.toMap(Pour::dispense, Pour::poured)));
    }
}
