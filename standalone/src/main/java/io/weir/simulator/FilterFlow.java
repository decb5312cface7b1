package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A filter cartridge that wears: water runs through it in sips, its life falls from 100 % to 0, it
 * says once at 10 % and once at 0 that it wants to be changed, and the service {@code filter_reset}
 * puts a new one in. Its thing model is {@code simulator/filter.tsl.json}.
 */
final class FilterFlow implements Model {
    private static final int LIFE_ML = 200_000;
    private static final int SIP_ML_MAX = 1_500;
    private static final int WARN_PERCENT = 10;
    private static final int PPM_FRESH = 8;

    private final String run;
    private final RandomGenerator random;
    private long usedMl;
    private long totalMl;
    private int warned = 100;
    private long bootedAt;
    private String boot = "";

    /**
     * @param run begins its boot ids
     */
    FilterFlow(String run, RandomGenerator random, long at) {
        this.run = run;
        this.random = random;
        usedMl = random.nextLong(LIFE_ML);
        totalMl = usedMl;
        powerBack(at, true);
    }

    @Override
    public List<Say> report(long at) {
        long sip = random.nextLong(SIP_ML_MAX);
        usedMl = Math.min(LIFE_ML, usedMl + sip);
        totalMl += sip;
        Say state = new Say.Properties(state(at));
        int life = life();
        int step = life == 0 ? 0 : life <= WARN_PERCENT ? WARN_PERCENT : 100;
        if (step >= warned) {
            return List.of(state);
        }
        warned = step;
        return List.of(state, new Say.Event("filter_worn", Map.of("filter_life", life)));
    }

    @Override
    public List<Say> command(String service, String id, JsonNode params, long at) {
        if (!service.equals("filter_reset")) {
            return List.of(new Say.Answer(service, id, UNKNOWN_SERVICE, Map.of()));
        }
        usedMl = 0;
        warned = 100;
        return List.of(new Say.Answer(service, id, FINE, Map.of()), new Say.Properties(state(at)));
    }

    @Override
    public List<Say> wake(long at) {
        return List.of();
    }

    @Override
    public long nextAt() {
        return Long.MAX_VALUE;
    }

    @Override
    public void powerLost(long at) {
        // what a cartridge has taken in it keeps
    }

    @Override
    public void powerBack(long at, boolean counters) {
        boot = run + Integer.toString(random.nextInt() >>> 1, 36);
        bootedAt = at;
        if (!counters) {
            totalMl = 0;
        }
    }

    int life() {
        return (int) ((LIFE_ML - usedMl) * 100 / LIFE_ML);
    }

    private Map<String, Object> state(long at) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("boot_id", boot);
        state.put("uptime_s", (at - bootedAt) / 1_000);
        state.put("filter_life", life());
        state.put("filter_used_ml", usedMl);
        state.put("total_ml", totalMl);
        state.put("tds_out", PPM_FRESH + (100 - life()) / 4 + random.nextInt(4));
        return state;
    }
}
