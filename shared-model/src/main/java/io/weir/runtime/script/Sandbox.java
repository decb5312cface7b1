package io.weir.runtime.script;

import io.weir.runtime.script.ScriptFault.Kind;

import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.ResourceLimits;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.IOAccess;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Where scripts run: one engine, which parses each script once, and a watchdog that stops what goes
 * beyond its limits (ADR 014). Scripts see plain JavaScript and nothing else: no Java, no files, no
 * network, no threads, no eval. Safe for any thread; its contexts are not.
 */
public final class Sandbox implements AutoCloseable {
    static final String LANGUAGE = "js";
    private static final String MAX_TEXT = "1048576";

    private final Engine engine;
    private final Source glue;
    private final ScriptLimits limits;
    private final Watchdog watchdog;
    private boolean warm;

    public Sandbox(ScriptLimits limits) {
        this.limits = limits;
        this.engine =
                Engine.newBuilder(LANGUAGE)
                        .option("engine.WarnInterpreterOnly", "false")
                        .out(OutputStream.nullOutputStream())
                        .err(OutputStream.nullOutputStream())
                        .build();
        this.glue = Source.newBuilder(LANGUAGE, resource("glue.js"), "glue.js").buildLiteral();
        this.watchdog = new Watchdog();
    }

    ScriptLimits limits() {
        return limits;
    }

    Source source() {
        return glue;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    /** Checks nothing: faults come when a context is made of it. */
    public Script script(String text) throws ScriptFault {
        if (text.isBlank()) {
            throw new ScriptFault(Kind.EMPTY, "the script is empty");
        }
        return new Script(text);
    }

    /** A warm context of the script, for one thread at a time. A few ms, the first one a second. */
    public ScriptContext context(Script script) throws ScriptFault {
        warm();
        return ScriptContext.open(this, script);
    }

    /**
     * The first context of a process takes long, whatever the script: the language wakes up. Once;
     * on a platform thread.
     */
    public synchronized void warm() {
        if (warm) {
            return;
        }
        warm = true;
        try (Context context = build()) {
            context.eval(glue);
            context.eval(
                    Source.newBuilder(LANGUAGE, resource("warm.js"), "warm.js").buildLiteral());
        }
    }

    Context build() {
        return Context.newBuilder(LANGUAGE)
                .engine(engine)
                .allowAllAccess(false)
                .allowHostAccess(HostAccess.NONE)
                .allowPolyglotAccess(PolyglotAccess.NONE)
                .allowEnvironmentAccess(EnvironmentAccess.NONE)
                .allowIO(IOAccess.NONE)
                .allowCreateThread(false)
                .allowCreateProcess(false)
                .allowNativeAccess(false)
                .allowHostClassLoading(false)
                .in(InputStream.nullInputStream())
                .out(OutputStream.nullOutputStream())
                .err(OutputStream.nullOutputStream())
                .resourceLimits(
                        ResourceLimits.newBuilder()
                                .statementLimit(limits.statements(), null)
                                .build())
                .allowExperimentalOptions(true)
                .option("js.allow-eval", "false")
                .option("js.load", "false")
                .option("js.graal-builtin", "false")
                .option("js.polyglot-builtin", "false")
                .option("js.java-package-globals", "false")
                .option("js.atomics", "false")
                .option("js.shared-array-buffer", "false")
                // One power of two long integers may take minutes, and nothing can stop it.
                .option("js.bigint", "false")
                .option("js.intl-402", "false")
                .option("js.timezone", "UTC")
                .option("js.string-length-limit", MAX_TEXT)
                .option("js.max-typed-array-length", MAX_TEXT)
                .option("js.max-apply-argument-length", "65536")
                .build();
    }

    @Override
    public void close() {
        watchdog.close();
        engine.close(true);
    }

    private static String resource(String name) {
        try (InputStream in = Sandbox.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no " + name + " in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
