package io.weir.simulator;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How often each fault happens; what is not named never does. */
record FaultRates(Map<FaultKind, Double> rates) {
    static final FaultRates NONE = new FaultRates(Map.of());

    /** {@code none}, {@code all}, or {@code reboot=0.5,duplicate=0.01}; {@code all,reboot=0}. */
    static FaultRates of(String text) {
        Map<FaultKind, Double> rates = new EnumMap<>(FaultKind.class);
        for (String part : text.split(",")) {
            String[] pair = part.trim().split("=", 2);
            if (pair[0].equals("all") && pair.length == 1) {
                Arrays.stream(FaultKind.values()).forEach(k -> rates.put(k, k.usual));
            } else if (!pair[0].equals("none")) {
                rates.put(kind(pair[0]), pair.length == 1 ? kind(pair[0]).usual : rate(pair));
            }
        }
        return new FaultRates(rates);
    }

    double of(FaultKind kind) {
        return rates.getOrDefault(kind, 0.0);
    }

    private static FaultKind kind(String word) {
        return FaultKind.of(word)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no fault '"
                                                + word
                                                + "'; there are "
                                                + Arrays.stream(FaultKind.values())
                                                        .map(FaultKind::word)
                                                        .collect(Collectors.joining(", "))));
    }

    private static double rate(String[] pair) {
        try {
            double rate = Double.parseDouble(pair[1]);
            double most = kind(pair[0]).unit == FaultKind.Unit.PER_MINUTE ? 60 : 1;
            if (rate >= 0 && rate <= most) {
                return rate;
            }
            throw new IllegalArgumentException(pair[0] + " must be from 0 to " + (int) most);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(pair[0] + " must be a number, not " + pair[1], e);
        }
    }
}
