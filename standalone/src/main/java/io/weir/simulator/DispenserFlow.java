package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.dispense.MeasureMode;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A water dispenser as {@code standalone/device/device.js} is one: a valve, a meter, the services
 * {@code dispense} and {@code stop} (DESIGN section 7). {@link #pours} is what really flowed, the
 * oracle of whoever checks the bill: it outlives reboots and lost counters.
 */
final class DispenserFlow implements Model {
    /**
     * @param run begins its boot ids: a gateway takes one that it knows from an earlier run, of the
     *     same seed, for a boot that is over, and meters nothing
     * @param flow ml/s while the valve is open; for a timer what its product says
     * @param noisePercent standard deviation of the flow, none for a timer: whoever is billed by
     *     seconds has a constant flow
     * @param reportMs between two reports of a running dispense
     */
    record Setup(
            String run,
            MeasureMode mode,
            int flow,
            int noisePercent,
            int reportMs,
            int mlPer1000Pulses) {}

    /** Water is counted in steps of this. */
    private static final int STEP_MS = 20;

    /** A real valve takes a moment to close. */
    private static final int STOP_LAG_MS = 120;

    private static final int POURS_MAX = 1_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final Setup setup;
    private final RandomGenerator random;
    private final Map<String, Pour> pours = new LinkedHashMap<>();
    private String boot = "";
    private long bootedAt;
    private double ml;
    private double pulses;
    private long workMs;
    private double carry;
    private String open = "";
    private long flowedTo;
    private long closesAt = NEVER;
    private long untilAt = NEVER;
    private long reportAt = NEVER;

    DispenserFlow(Setup setup, RandomGenerator random, long at) {
        this.setup = setup;
        this.random = random;
        powerBack(at, false);
    }

    /** Every dispense that it was told of, the newest {@value #POURS_MAX}. */
    Collection<Pour> pours() {
        return List.copyOf(pours.values());
    }

    Optional<Pour> pour(String dispense) {
        return Optional.ofNullable(pours.get(dispense));
    }

    boolean pouring() {
        return !open.isEmpty();
    }

    Optional<String> runningId() {
        return pouring() ? Optional.of(open) : Optional.empty();
    }

    @Override
    public List<Say> report(long at) {
        flow(at);
        return List.of(counters(at));
    }

    @Override
    public List<Say> command(String service, String id, JsonNode params, long at) {
        flow(at);
        return switch (service) {
            case "dispense" -> dispense(id, params, at);
            case "stop" -> stop(id, at);
            case "dispense_answer", "beep" -> List.of(new Say.Answer(service, id, FINE, Map.of()));
            default -> List.of(new Say.Answer(service, id, UNKNOWN_SERVICE, Map.of()));
        };
    }

    private List<Say> dispense(String id, JsonNode params, long at) {
        if (pouring()) {
            return List.of(new Say.Answer("dispense", id, BUSY, Map.of()));
        }
        long total = (long) ml;
        open = params.path("dispense_id").asText();
        long asked = params.path("volume_ml").asLong();
        forgetOldest();
        pours.put(open, pours.getOrDefault(open, new Pour(open, asked, 0, 0, "")).opened());
        untilAt = at + (params.path("seconds_max").asLong() + 5) * 1_000;
        closesAt = NEVER;
        flowedTo = at;
        reportAt = at + setup.reportMs();
        Map<String, Object> data =
                setup.mode() == MeasureMode.VOLUME ? Map.of("total_ml", total) : Map.of();
        return List.of(new Say.Answer("dispense", id, FINE, data));
    }

    private List<Say> stop(String id, long at) {
        if (pouring() && closesAt == NEVER) {
            closesAt = at + STOP_LAG_MS;
        }
        return List.of(new Say.Answer("stop", id, FINE, Map.of()));
    }

    @Override
    public List<Say> wake(long at) {
        if (!pouring()) {
            return List.of();
        }
        flow(Math.min(at, Math.min(closesAt, untilAt)));
        if (at >= closesAt) {
            return shut(at, "stopped");
        }
        Pour pour = running();
        // Its own last line of defence, far beyond what it was told.
        if (at >= untilAt || pour.poured() > pour.asked() * 3 / 2 + 200) {
            return shut(at, "own_limit");
        }
        if (at < reportAt) {
            return List.of();
        }
        reportAt = at + setup.reportMs();
        return List.of(counters(at));
    }

    @Override
    public long nextAt() {
        return pouring() ? Math.min(reportAt, Math.min(closesAt, untilAt)) : NEVER;
    }

    private List<Say> shut(long at, String reason) {
        String done = open;
        end(reason);
        Map<String, Object> output =
                Map.of("dispense_id", done, "total_ml", (long) ml, "reason", reason);
        return List.of(counters(at), new Say.Event("dispense_end", output));
    }

    private void end(String reason) {
        pours.computeIfPresent(open, (id, pour) -> pour.ended(reason));
        open = "";
        closesAt = NEVER;
        untilAt = NEVER;
        reportAt = NEVER;
    }

    @Override
    public void powerLost(long at) {
        flow(at);
        if (pouring()) {
            end("power");
        }
    }

    @Override
    public void powerBack(long at, boolean counters) {
        boot = setup.run() + Integer.toString(random.nextInt() >>> 1, 36);
        bootedAt = at;
        if (!counters) {
            ml = 0;
            pulses = 0;
            workMs = 0;
        }
    }

    /** Water until now, in whole millilitres. */
    private void flow(long at) {
        while (pouring() && flowedTo < at) {
            long ms = Math.min(STEP_MS, at - flowedTo);
            carry += setup.flow() * noise() * ms / 1_000;
            long whole = (long) carry;
            carry -= whole;
            ml += whole;
            pulses += whole * 1_000.0 / setup.mlPer1000Pulses();
            workMs += ms;
            flowedTo += ms;
            pours.computeIfPresent(open, (id, pour) -> pour.more(whole));
        }
    }

    private double noise() {
        return setup.mode() == MeasureMode.TIMER || setup.noisePercent() == 0
                ? 1
                : Math.clamp(1 + random.nextGaussian() * setup.noisePercent() / 100, 0, 2);
    }

    private Say counters(long at) {
        long up = (at - bootedAt) / 1_000;
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("boot_id", boot);
        all.put("uptime_s", up);
        all.put("power_on_s", up);
        all.put("work_s", workMs / 1_000);
        all.put("valve", pouring() ? 1 : 0);
        all.put("flow_ml_s", pouring() ? setup.flow() : 0);
        switch (setup.mode()) {
            case VOLUME -> all.put("total_ml", (long) ml);
            case FLOW_METER -> all.put("pulse_total", (long) pulses);
            case TIMER -> {} // it has no meter
        }
        return new Say.Properties(all);
    }

    private Pour running() {
        return pours.getOrDefault(open, new Pour(open, 0, 0, 0, ""));
    }

    private void forgetOldest() {
        if (pours.size() >= POURS_MAX) {
            pours.remove(pours.keySet().iterator().next());
        }
    }
}
