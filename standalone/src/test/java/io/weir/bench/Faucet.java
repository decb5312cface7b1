package io.weir.bench;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.runtime.json.Json;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A water dispenser that reports ml, after the model of {@code standalone/device/device.js}, cheap
 * enough to stand in dozens beside a load. Its own count of what it poured is the oracle. On the
 * fleet's loop, but for {@link #commandedAt} and {@link #poured}.
 */
final class Faucet implements Fleet.Ears {
    private static final int TICK_MS = 200;
    private static final int STOP_LAG_MS = 120;
    private static final int BUSY = 429;
    private static final int FINE = 200;

    private final Loop loop;
    private final int flow;
    private final Map<String, Long> commandedAt = new ConcurrentHashMap<>();
    private final Map<String, Long> poured = new ConcurrentHashMap<>();
    private final long start = System.nanoTime();
    private final String boot = Long.toString(start, 36);
    private Link link;
    private long total;
    private String open = "";
    private long limit;
    private long lastTick;
    private boolean closing;
    private long messages;

    /**
     * @param flow ml a second while the valve is open
     */
    Faucet(Loop loop, Link link, int flow) {
        this.loop = loop;
        this.link = link;
        this.flow = flow;
    }

    /** Nanoseconds when the command to open arrived at the socket; null = not yet. */
    Long commandedAt(String dispense) {
        return commandedAt.get(dispense);
    }

    /** ml by its own count. */
    long poured(String dispense) {
        return poured.getOrDefault(dispense, 0L);
    }

    @Override
    public void online(Link connected) {
        link = connected;
        post();
    }

    @Override
    public void message(String topic, byte[] payload) {
        long now = System.nanoTime();
        if (topic.endsWith("/thing/service/dispense")) {
            JsonNode command = Json.tree(payload);
            String dispense = command.at("/params/dispense_id").asText();
            commandedAt.putIfAbsent(dispense, now);
            dispense(command, dispense, now);
        } else if (topic.endsWith("/thing/service/stop")) {
            reply("stop", Json.tree(payload), FINE, "{}");
            if (!open.isEmpty() && !closing) {
                closing = true;
                String stopped = open;
                loop.after(STOP_LAG_MS, () -> closeAfter(stopped));
            }
        }
    }

    private void dispense(JsonNode command, String dispense, long now) {
        if (!open.isEmpty()) {
            reply("dispense", command, BUSY, "{}");
            return;
        }
        open = dispense;
        closing = false;
        limit = command.at("/params/volume_ml").asLong();
        lastTick = now;
        poured.putIfAbsent(dispense, 0L);
        reply("dispense", command, FINE, "{\"total_ml\":" + total + "}");
        loop.after(TICK_MS, () -> tick(dispense));
    }

    private void tick(String dispense) {
        if (!open.equals(dispense)) {
            return;
        }
        flow();
        post();
        // its own last line of defence, far beyond what it was told
        if (poured(dispense) > limit * 3 / 2 + 200) {
            close("own_limit");
        } else {
            loop.after(TICK_MS, () -> tick(dispense));
        }
    }

    private void flow() {
        long now = System.nanoTime();
        long ml = (now - lastTick) * flow / 1_000_000_000;
        lastTick += ml * 1_000_000_000 / flow;
        total += ml;
        poured.merge(open, ml, Long::sum);
    }

    private void closeAfter(String stopped) {
        if (open.equals(stopped)) {
            close("stopped");
        }
    }

    private void close(String reason) {
        if (open.isEmpty()) {
            return;
        }
        flow();
        String done = open;
        open = "";
        post();
        Map<String, Object> end = new HashMap<>();
        end.put("dispense_id", done);
        end.put("total_ml", total);
        end.put("reason", reason);
        say("thing/event/dispense_end/post", "thing.event.dispense_end.post", end);
    }

    private void post() {
        long up = (System.nanoTime() - start) / 1_000_000_000;
        Map<String, Object> counters = new HashMap<>();
        counters.put("boot_id", boot);
        counters.put("uptime_s", up);
        counters.put("power_on_s", up);
        counters.put("total_ml", total);
        counters.put("valve", open.isEmpty() ? 0 : 1);
        counters.put("flow_ml_s", open.isEmpty() ? 0 : flow);
        say("thing/event/property/post", "thing.event.property.post", counters);
    }

    private void say(String what, String method, Map<String, Object> params) {
        Map<String, Object> message = new HashMap<>();
        message.put("id", String.valueOf(++messages));
        message.put("version", "1.0");
        message.put("sys", Map.of("ack", 0));
        message.put("params", params);
        message.put("method", method);
        publish(what, Json.bytes(message));
    }

    private void reply(String service, JsonNode command, int code, String data) {
        String text =
                "{\"id\":\"%s\",\"code\":%d,\"data\":%s,\"message\":\"\"}"
                        .formatted(command.path("id").asText(), code, data);
        publish("thing/service/" + service + "_reply", text.getBytes(StandardCharsets.UTF_8));
    }

    private void publish(String what, byte[] payload) {
        if (link.state() == Link.State.ONLINE) {
            link.publish(link.login.topic(what), payload);
        }
    }
}
