package io.weir.edge.alink;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;

import io.weir.edge.registry.CompiledModel;
import io.weir.edge.registry.CompiledModel.Counter;
import io.weir.edge.registry.CompiledModel.EventCheck;
import io.weir.edge.registry.CompiledModel.PropertyCheck;
import io.weir.edge.registry.ValueType;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a property or event post straight from the payload's bytes: envelope, check against the
 * thing model, counters for the meter. One pass, no tree; what was accepted is a slice of the
 * original bytes unless something in it was rejected. One reader per event loop, reused.
 */
final class PostReader implements CounterSource {
    private static final int MAX_KEYS = 200;
    private static final long MAX_TIME_MS = 100_000_000_000_000L;
    private static final byte[] NOTHING = new byte[0];

    /** A key that was dropped and the rule it broke. */
    record Fault(String name, String rule) {}

    private final PlainPost plain = new PlainPost();
    private byte[] bytes = NOTHING;
    private int offset;
    private int code;
    private boolean replyWanted;
    private byte[] id = NOTHING;
    private int paramsFrom;
    private int paramsTo;
    private int accepted;
    private long[] seen = new long[1];
    private final List<Fault> faults = new ArrayList<>();
    private final boolean[] has = new boolean[Counter.values().length];
    private final long[] counters = new long[Counter.values().length];
    private @Nullable String bootId;

    /** Reads a property post: unknown keys and wrong values are dropped, the others count. */
    void property(byte[] payload, int from, int length, CompiledModel model) {
        if (plain.read(payload, from, length, model)) {
            takeOver(payload);
        } else {
            read(payload, from, length, model, null);
        }
    }

    private void takeOver(byte[] payload) {
        begin(payload, 0);
        replyWanted = plain.replyWanted;
        id = Arrays.copyOfRange(payload, plain.idFrom, plain.idTo);
        paramsFrom = plain.paramsFrom;
        paramsTo = plain.paramsTo;
        accepted = plain.accepted;
        bootId = plain.bootId;
        plain.counters(has, counters);
    }

    /** The long way, for all posts: what {@link PlainPost} is measured against. */
    void propertyInFull(byte[] payload, int from, int length, CompiledModel model) {
        read(payload, from, length, model, null);
    }

    /**
     * Reads an event post: one wrong output rejects all of it.
     *
     * @param event null when the thing model has no such event: only the envelope is read
     */
    void event(byte[] payload, int from, int length, @Nullable EventCheck event) {
        read(payload, from, length, null, event == null ? null : event.output());
        if (event == null && code == AlinkReply.OK) {
            code = AlinkReply.UNKNOWN_EVENT;
        }
    }

    int code() {
        return code;
    }

    boolean replyWanted() {
        return replyWanted;
    }

    /** Raw JSON of the request's id; empty when it has none. */
    byte[] id() {
        return id;
    }

    List<Fault> faults() {
        return faults;
    }

    /** Is there anything to keep? */
    boolean anything() {
        return code == AlinkReply.OK && paramsTo > paramsFrom && accepted > 0;
    }

    /** The params as accepted, ready for the journal. */
    byte[] params() {
        return faults.isEmpty()
                ? Arrays.copyOfRange(bytes, offset + paramsFrom, offset + paramsTo)
                : withoutFaults();
    }

    @Override
    public boolean has(Counter counter) {
        return has[counter.ordinal()];
    }

    @Override
    public long value(Counter counter) {
        return counters[counter.ordinal()];
    }

    @Override
    public @Nullable String bootId() {
        return bootId;
    }

    private void read(
            byte[] payload,
            int from,
            int length,
            @Nullable CompiledModel model,
            ValueType.@Nullable Struct output) {
        begin(payload, from);
        try (JsonParser p = DeviceJson.parser(payload, from, length)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                code = AlinkReply.NOT_JSON;
                return;
            }
            envelope(p, model, output);
            if (p.nextToken() != null) {
                code = AlinkReply.NOT_JSON;
            }
        } catch (IOException e) {
            code = AlinkReply.NOT_JSON;
        }
    }

    private void begin(byte[] payload, int from) {
        bytes = payload;
        offset = from;
        code = AlinkReply.OK;
        replyWanted = true;
        id = NOTHING;
        paramsFrom = 0;
        paramsTo = 0;
        accepted = 0;
        bootId = null;
        Arrays.fill(has, false);
        if (!faults.isEmpty()) {
            faults.clear();
        }
    }

    private void envelope(
            JsonParser p, @Nullable CompiledModel model, ValueType.@Nullable Struct output)
            throws IOException {
        boolean params = false;
        for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
            p.nextToken();
            switch (name) {
                case "id" -> id(p);
                case "sys" -> sys(p);
                case "params" -> {
                    if (params || p.currentToken() != JsonToken.START_OBJECT) {
                        code = AlinkReply.BAD_PARAMETER;
                        p.skipChildren();
                    } else {
                        params = true;
                        paramsFrom = at(p);
                        if (model != null) {
                            properties(p, model);
                            paramsTo = after(p);
                        } else if (output != null) {
                            outputs(p, output);
                        } else {
                            p.skipChildren();
                        }
                    }
                }
                default -> p.skipChildren();
            }
        }
        if (!params && code == AlinkReply.OK) {
            code = AlinkReply.BAD_PARAMETER;
        }
    }

    private void id(JsonParser p) throws IOException {
        if (!p.currentToken().isScalarValue()) {
            p.skipChildren();
            return;
        }
        int from = at(p);
        p.finishToken();
        int to = after(p);
        if (to - from > DeviceJson.MAX_ID) {
            code = AlinkReply.BAD_PARAMETER;
        } else {
            id = Arrays.copyOfRange(bytes, offset + from, offset + to);
        }
    }

    /** {@code sys.ack} 0 wants no reply; absent wants one. */
    private void sys(JsonParser p) throws IOException {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            p.skipChildren();
            return;
        }
        for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
            JsonToken value = p.nextToken();
            if (name.equals("ack") && value == JsonToken.VALUE_NUMBER_INT) {
                replyWanted = p.getValueAsInt(1) != 0;
            } else {
                p.skipChildren();
            }
        }
    }

    private void properties(JsonParser p, CompiledModel model) throws IOException {
        JsonStreamContext own = p.getParsingContext();
        Arrays.fill(seen, 0);
        int keys = 0;
        for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
            p.nextToken();
            if (++keys > MAX_KEYS) {
                code = AlinkReply.TOO_MANY_KEYS;
                p.skipChildren();
                continue;
            }
            PropertyCheck check = model.property(name);
            if (check != null && seen(check.index())) {
                // Which of the two is meant? The cloud's JSON refuses such an object, so do we.
                code = AlinkReply.BAD_PARAMETER;
            }
            String fault = check == null ? "property not found" : value(p, check);
            if (fault == null) {
                accepted++;
                continue;
            }
            faults.add(new Fault(name, fault));
            leave(p, own);
            if (check != null) {
                has[check.counter().ordinal()] = false;
            }
        }
    }

    /** Plain {@code v}, or {@code {"value":v,"time":ms}}. */
    private @Nullable String value(JsonParser p, PropertyCheck check) throws IOException {
        if (p.currentToken() != JsonToken.START_OBJECT) {
            return plain(p, check);
        }
        String first = p.nextFieldName();
        boolean wrapped = "value".equals(first) || "time".equals(first);
        if (check.type() instanceof ValueType.Struct struct) {
            if (!wrapped || struct.members().containsKey(first)) {
                return struct.checkFrom(p, first);
            }
        } else if (!wrapped) {
            return "not a " + check.type().getClass().getSimpleName();
        }
        boolean value = false;
        boolean time = false;
        for (String name = first; name != null; name = p.nextFieldName()) {
            p.nextToken();
            String fault = null;
            if (name.equals("value") && !value) {
                value = true;
                fault = plain(p, check);
            } else if (name.equals("time") && !time) {
                time = true;
                fault = time(p);
            } else {
                fault = "holds more than value and time";
            }
            if (fault != null) {
                return fault;
            }
        }
        return value ? null : "has no value";
    }

    private @Nullable String plain(JsonParser p, PropertyCheck check) throws IOException {
        String fault = check.type().check(p);
        Counter counter = check.counter();
        if (fault == null && counter != Counter.NONE) {
            if (counter == Counter.BOOT_ID) {
                bootId = p.getText();
            } else {
                counters[counter.ordinal()] = p.getLongValue();
            }
            has[counter.ordinal()] = true;
        }
        return fault;
    }

    private static @Nullable String time(JsonParser p) throws IOException {
        if (p.currentToken() != JsonToken.VALUE_NUMBER_INT
                || p.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || p.getLongValue() < 0
                || p.getLongValue() > MAX_TIME_MS) {
            return "time is no time in ms";
        }
        return null;
    }

    /** Bare output params, or {@code {"value":{..},"time":ms}}. */
    private void outputs(JsonParser p, ValueType.Struct output) throws IOException {
        JsonStreamContext own = p.getParsingContext();
        String first = p.nextFieldName();
        boolean wrapped = "value".equals(first) || "time".equals(first);
        String fault = null;
        if (!wrapped || output.members().containsKey(first)) {
            fault = output.checkFrom(p, first);
            if (fault == null) {
                paramsTo = after(p);
            }
        } else {
            for (String name = first; name != null && fault == null; ) {
                JsonToken token = p.nextToken();
                if (name.equals("value") && paramsTo == 0 && token == JsonToken.START_OBJECT) {
                    paramsFrom = at(p);
                    fault = output.check(p);
                    paramsTo = after(p);
                } else {
                    fault = name.equals("time") ? time(p) : "holds more than value and time";
                }
                name = fault == null ? p.nextFieldName() : null;
            }
            if (fault == null && paramsTo == 0) {
                fault = "has no value";
            }
        }
        if (fault == null) {
            accepted = 1;
            return;
        }
        String at = p.currentName();
        faults.add(new Fault(at == null ? "params" : at, fault));
        code = AlinkReply.BAD_PARAMETER;
        // From anywhere inside params to its end.
        while (p.getParsingContext() == own || inside(p.getParsingContext(), own)) {
            p.nextToken();
        }
    }

    private static boolean inside(JsonStreamContext context, JsonStreamContext outer) {
        for (JsonStreamContext c = context; c != null; c = c.getParent()) {
            if (c == outer) {
                return true;
            }
        }
        return false;
    }

    /** From anywhere inside a property's value to its end. */
    private static void leave(JsonParser p, JsonStreamContext own) throws IOException {
        p.skipChildren();
        while (p.getParsingContext() != own) {
            p.nextToken();
        }
    }

    private boolean seen(int index) {
        int word = index / 64;
        if (word >= seen.length) {
            seen = Arrays.copyOf(seen, word + 1);
        }
        long bit = 1L << index;
        boolean before = (seen[word] & bit) != 0;
        seen[word] |= bit;
        return before;
    }

    /**
     * The slow way, for posts with rejected keys: the accepted values' own bytes under their names.
     */
    private byte[] withoutFaults() {
        var out = new ByteArrayOutputStream(paramsTo - paramsFrom);
        int base = offset + paramsFrom;
        try (JsonParser p = DeviceJson.parser(bytes, base, paramsTo - paramsFrom)) {
            p.nextToken();
            int nth = 0;
            for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
                p.nextToken();
                int from = at(p);
                p.skipChildren();
                p.finishToken();
                if (!rejected(name)) {
                    out.write(nth++ == 0 ? '{' : ',');
                    out.write(('"' + name + "\":").getBytes(StandardCharsets.UTF_8));
                    out.write(bytes, base + from, after(p) - from);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("read once, not twice", e);
        }
        out.write('}');
        return out.toByteArray();
    }

    private boolean rejected(String name) {
        for (Fault f : faults) {
            if (f.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Where the current token begins, counted from the parser's first byte. */
    private static int at(JsonParser p) {
        return (int) p.currentTokenLocation().getByteOffset();
    }

    /** Where the current token ends. */
    private static int after(JsonParser p) {
        return (int) p.currentLocation().getByteOffset();
    }
}
