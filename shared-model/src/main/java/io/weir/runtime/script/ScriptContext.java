package io.weir.runtime.script;

import io.weir.runtime.script.ScriptFault.Kind;

import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One script, warm. For one thread at a time, a platform thread and never an event loop. After a
 * fault that {@link #worn} tells of it must be closed and another one opened.
 */
public final class ScriptContext implements AutoCloseable {
    /** Parsing and the script's own top level, once for each context. */
    private static final Duration OPENING = Duration.ofMillis(500);

    /** The first runs load what they touch: they may take more by this factor. */
    private static final int COLD = 10;

    private static final int COLD_BYTES = 4;

    private static final int COLD_RUNS = 3;

    private final ScriptLimits limits;
    private final Context context;
    private final Watchdog.Run run;
    private @Nullable Value glue;
    private @Nullable Value rawDataToProtocol;
    private @Nullable Value protocolToRawData;
    private @Nullable Value transformPayload;
    private long allocated;
    private int runs;
    private boolean dead;

    private ScriptContext(Sandbox sandbox) {
        this.limits = sandbox.limits();
        this.context = sandbox.build();
        this.run = sandbox.watchdog().watch(() -> context.close(true));
    }

    static ScriptContext open(Sandbox sandbox, Script script) throws ScriptFault {
        var it = new ScriptContext(sandbox);
        try {
            it.guarded(
                    OPENING,
                    () -> {
                        Value glue = it.context.eval(sandbox.source());
                        it.glue = glue;
                        it.context.eval(script.source);
                        Value global = it.context.getBindings(Sandbox.LANGUAGE);
                        it.rawDataToProtocol = function(global, "rawDataToProtocol");
                        it.protocolToRawData = function(global, "protocolToRawData");
                        it.transformPayload = function(global, "transformPayload");
                        return glue.getMember("seal").execute();
                    });
        } catch (ScriptFault e) {
            it.close();
            throw e;
        }
        return it;
    }

    public Functions functions() {
        return new Functions(
                rawDataToProtocol != null, protocolToRawData != null, transformPayload != null);
    }

    /** What the device's bytes say, as JSON text of an object. */
    public String rawDataToProtocol(byte[] bytes) throws ScriptFault {
        Value f = needed(rawDataToProtocol, "rawDataToProtocol");
        return json(guarded(time(), () -> glue().invokeMember("up", f, text(bytes))));
    }

    /** A JSON text as the bytes that the device understands. */
    public byte[] protocolToRawData(String json) throws ScriptFault {
        Value f = needed(protocolToRawData, "protocolToRawData");
        Optional<byte[]> bytes =
                guarded(
                        time(),
                        () -> copy(glue().invokeMember("down", f, json, limits.outputBytes())));
        return bytes.orElseThrow(
                () ->
                        new ScriptFault(
                                Kind.BAD_RETURN,
                                "protocolToRawData must return an array of at most "
                                        + limits.outputBytes()
                                        + " bytes"));
    }

    /**
     * What a message on one of the device's own topics says, as JSON text of an object.
     *
     * @param topic as the device published to it
     */
    public String transformPayload(String topic, byte[] bytes) throws ScriptFault {
        Value f = needed(transformPayload, "transformPayload");
        return json(guarded(time(), () -> glue().invokeMember("transform", f, topic, text(bytes))));
    }

    /** A fresh context must take its place: it was stopped, or it has lived long enough. */
    public boolean worn() {
        return dead || allocated > limits.lifeBytes();
    }

    @Override
    public void close() {
        run.forget();
        context.close(true);
    }

    private Duration time() {
        return runs++ < COLD_RUNS ? limits.time().multipliedBy(COLD) : limits.time();
    }

    private interface Work<T> {
        T run();
    }

    private <T> T guarded(Duration limit, Work<T> work) throws ScriptFault {
        if (dead) {
            throw new ScriptFault(Kind.LIMIT, "the script was stopped before");
        }
        PolyglotException fault = null;
        run.begin(limit, runs <= COLD_RUNS ? COLD_BYTES * limits.runBytes() : limits.runBytes());
        try {
            context.resetLimits();
            return work.run();
        } catch (PolyglotException e) {
            fault = e;
        } catch (IllegalStateException e) {
            dead = true;
        } finally {
            allocated += run.end();
            dead |= run.stopped();
        }
        throw fault(fault);
    }

    private ScriptFault fault(@Nullable PolyglotException e) {
        if (run.stopped() || e == null) {
            return new ScriptFault(Kind.LIMIT, "stopped: it took too long, or too much memory");
        }
        if (e.isCancelled() || e.isResourceExhausted() || e.isInternalError() || e.isExit()) {
            dead = true;
            return ScriptFault.of(Kind.LIMIT, e);
        }
        return ScriptFault.of(Kind.ERROR, e);
    }

    private String json(Value result) throws ScriptFault {
        if (!result.isString()) {
            throw new ScriptFault(Kind.BAD_RETURN, "the function must return an object");
        }
        String json = result.asString();
        if (json.length() > limits.outputBytes()) {
            throw new ScriptFault(
                    Kind.BAD_RETURN,
                    "the result is longer than " + limits.outputBytes() + " characters");
        }
        return json;
    }

    private Value glue() {
        if (glue == null) {
            throw new IllegalStateException("not opened");
        }
        return glue;
    }

    private static Value needed(@Nullable Value function, String name) throws ScriptFault {
        if (function == null) {
            throw new ScriptFault(Kind.MISSING, "the script has no function " + name);
        }
        return function;
    }

    private static Optional<byte[]> copy(Value result) {
        if (result.isNull()) {
            return Optional.empty();
        }
        byte[] bytes = new byte[(int) result.getBufferSize()];
        result.readBuffer(0, bytes, 0, bytes.length);
        return Optional.of(bytes);
    }

    private static @Nullable Value function(Value global, String name) {
        Value f = global.getMember(name);
        return f == null || !f.canExecute() ? null : f;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
