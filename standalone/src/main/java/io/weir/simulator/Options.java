package io.weir.simulator;

import io.weir.model.dispense.MeasureMode;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a run does, by names as the command line has them (docs/simulator.md). Made by {@link
 * OptionsReader}.
 *
 * @param demo {@code demo.json} of a running platform; what is not given stands there
 * @param api URL; null = from demo.json
 * @param mqtt host:port; null = from demo.json
 * @param http URL of the gateway's HTTP port: devices post there and hear nothing; null = MQTT
 * @param user who makes devices; null = demo.json's vendor
 * @param password of {@code user}
 * @param devices 0 = those of demo.json or of {@code credentials}
 * @param credentials CSV of devices that are there already
 * @param product number of the product of new devices; 0 = one is made
 * @param keep CSV where made devices are kept for the next run
 * @param model what stands behind a device
 * @param tsl thing model of {@code model=thing}; null = the product's
 * @param flow ml/s
 * @param noise standard deviation of the flow, percent
 * @param everyMs between two reports of an idle device
 * @param reportMs between two reports while it pours
 * @param ramp devices that arrive each second
 * @param orders that the demo's member places each minute
 * @param ml of each order, from 1 to this, in steps of 10
 * @param seconds how long; 0 = until Ctrl-C
 * @param drainSeconds how long the end waits for acknowledgements and bills
 */
record Options(
        Path demo,
        @Nullable String api,
        @Nullable String mqtt,
        @Nullable String http,
        @Nullable String user,
        @Nullable String password,
        int devices,
        @Nullable Path credentials,
        long product,
        Path keep,
        Kind model,
        @Nullable Path tsl,
        int flow,
        int noise,
        long everyMs,
        int reportMs,
        int ramp,
        FaultRates faults,
        long seed,
        int orders,
        int ml,
        long seconds,
        long drainSeconds) {

    /** Of devices. */
    enum Kind {
        DISPENSER_0("dispenser-0"),
        DISPENSER_1("dispenser-1"),
        DISPENSER_2("dispenser-2"),
        FILTER("filter"),
        THING("thing");

        static final Map<MeasureMode, Kind> DISPENSERS =
                Map.of(
                        MeasureMode.VOLUME, DISPENSER_0,
                        MeasureMode.TIMER, DISPENSER_1,
                        MeasureMode.FLOW_METER, DISPENSER_2);

        final String word;

        Kind(String word) {
            this.word = word;
        }

        static Kind of(String word) {
            for (Kind kind : values()) {
                if (kind.word.equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "'%s' is no model; there are dispenser-0, dispenser-1, dispenser-2, filter, thing"
                            .formatted(word));
        }

        /** Null when it is no dispenser. */
        @Nullable MeasureMode mode() {
            return switch (this) {
                case DISPENSER_0 -> MeasureMode.VOLUME;
                case DISPENSER_1 -> MeasureMode.TIMER;
                case DISPENSER_2 -> MeasureMode.FLOW_METER;
                case FILTER, THING -> null;
            };
        }
    }

    /** Without its password. */
    @Override
    public String toString() {
        return devices + " devices, model " + model.word + ", seed " + seed;
    }
}
