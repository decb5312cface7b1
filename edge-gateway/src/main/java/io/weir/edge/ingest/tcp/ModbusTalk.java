package io.weir.edge.ingest.tcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.edge.alink.AlinkTopic;
import io.weir.edge.alink.Turn;
import io.weir.edge.ingest.tcp.ModbusFlow.Result;
import io.weir.edge.ingest.tcp.ModbusTable.Write;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The gateway as the master of the slaves behind the socket: a timer around {@link ModbusFlow}. */
final class ModbusTalk implements Talk {
    private static final Logger LOG = LoggerFactory.getLogger(ModbusTalk.class);
    private static final int FULL_WAIT_MS = 20;
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int BAD_PARAMETER = 460;
    private static final int DEVICE_FAULT = 100_000;

    private final TcpSession session;
    private final ModbusTable table;
    private final ModbusFlow flow;
    private final AlinkTopic post;
    private final String set;
    private final AtomicInteger sets = new AtomicInteger();
    private final Map<Long, Setting> settings = new HashMap<>();
    private long timer = -1;
    private long orders;
    private long posts;

    /** A property set on its way to the slaves. */
    private static final class Setting {
        final String id;
        int left;
        int code = OK;
        String message = "success";

        Setting(String id, int left) {
            this.id = id;
            this.left = left;
        }
    }

    ModbusTalk(TcpSession session, ModbusTable table) {
        this.session = session;
        this.table = table;
        this.flow = new ModbusFlow(table, session.loop.transport.nowMs());
        this.post = Talks.topic(session.device(), "event/property/post");
        this.set = Talks.name(session.device(), "service/property/set");
    }

    @Override
    public void begin() {
        step();
    }

    @Override
    public void received(byte[] bytes) {
        took(flow.received(bytes, now()));
        step();
    }

    private void step() {
        session.loop.vertx.cancelTimer(timer);
        if (session.ended()) {
            return;
        }
        took(flow.gaveUp(now()));
        byte[] out = flow.repeat(now());
        boolean full = session.full();
        if (out == null && !full) {
            out = flow.next(now());
        }
        if (out != null && !session.write(out)) {
            session.cut("does not read what it is sent");
            return;
        }
        long wait = Math.max(full ? FULL_WAIT_MS : 1, flow.wakeMs() - now());
        timer = session.loop.vertx.setTimer(wait, t -> step());
    }

    private void took(@Nullable Result result) {
        switch (result) {
            case null -> {
                // The question is still open.
            }
            case Result.Values r -> post(r.values());
            case Result.Unread r -> {
                session.loop.shared.unread.increment();
                LOG.debug(
                        "{}: slave {} register {} is not read: exception {}",
                        session.device(),
                        r.poll().slave(),
                        r.poll().register(),
                        r.exception());
            }
            case Result.Written r -> written(r);
        }
    }

    private void post(Map<String, BigDecimal> values) {
        ObjectNode message = Json.MAPPER.createObjectNode();
        message.put("id", String.valueOf(++posts)).put("version", "1.0");
        message.putObject("sys").put("ack", 0);
        ObjectNode params = message.putObject("params");
        values.forEach(params::put);
        session.handle(post, message.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean publish(String topic, byte[] payload) {
        if (!topic.equals(set)) {
            return false;
        }
        if (sets.incrementAndGet() > ModbusFlow.WRITES_MAX) {
            sets.decrementAndGet();
            return false;
        }
        session.loop.context.runOnContext(v -> set(payload));
        return true;
    }

    private void set(byte[] payload) {
        JsonNode request = Json.tree(payload);
        String id = request.path("id").asText();
        Map<Write, Long> writes = new LinkedHashMap<>();
        for (var param : request.path("params").properties()) {
            Write write = write(param.getKey());
            Long raw =
                    write == null || !param.getValue().isNumber()
                            ? null
                            : ModbusNumbers.raw(write, param.getValue().decimalValue());
            if (write == null || raw == null) {
                reply(id, BAD_PARAMETER, param.getKey() + " can not be written so");
                return;
            }
            writes.put(write, raw);
        }
        if (writes.isEmpty() || !flow.room(writes.size())) {
            reply(id, writes.isEmpty() ? BAD_PARAMETER : TOO_MANY, "not now");
            return;
        }
        Setting setting = new Setting(id, writes.size());
        writes.forEach(
                (write, raw) -> {
                    settings.put(++orders, setting);
                    flow.order(orders, write, raw);
                });
        step();
    }

    private @Nullable Write write(String property) {
        return table.writes().stream()
                .filter(w -> w.property().equals(property))
                .findFirst()
                .orElse(null);
    }

    private void written(Result.Written r) {
        Setting setting = settings.remove(r.id());
        if (setting == null) {
            return;
        }
        if (r.exception() != 0) {
            setting.code = DEVICE_FAULT + Math.max(0, r.exception());
            setting.message =
                    r.exception() < 0
                            ? "the slave did not answer"
                            : "the slave refused with exception " + r.exception();
        }
        if (--setting.left == 0) {
            reply(setting.id, setting.code, setting.message);
        }
    }

    private void reply(String id, int code, String message) {
        sets.decrementAndGet();
        ObjectNode reply = Json.MAPPER.createObjectNode();
        reply.put("id", id).put("code", code).put("message", message).putObject("data");
        byte[] bytes = reply.toString().getBytes(StandardCharsets.UTF_8);
        session.loop.transport.alink().downlink().replied(session, id, bytes, 0, bytes.length);
    }

    @Override
    public void answered(Turn turn) {
        // The slaves never hear of it.
    }

    @Override
    public void more() {
        // The next step comes by itself.
    }

    @Override
    public void end() {
        session.loop.vertx.cancelTimer(timer);
    }

    private long now() {
        return session.loop.transport.nowMs();
    }
}
