package io.weir.cloud.devices;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.script.Functions;
import io.weir.runtime.script.Sandbox;
import io.weir.runtime.script.Script;
import io.weir.runtime.script.ScriptContext;
import io.weir.runtime.script.ScriptFault;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs scripts for those who write them: one after the other on a thread of its own, since a script
 * may take all the time that it is given, and a virtual thread of the contexts must not.
 */
final class ScriptBench implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptBench.class);

    private final ThreadMXBean processor = ManagementFactory.getThreadMXBean();
    private final Vertx vertx;
    private final Sandbox sandbox;
    private final ThreadPoolExecutor thread;

    ScriptBench(Vertx vertx, ScriptDeskConfig config) {
        this.vertx = vertx;
        this.sandbox = new Sandbox(config.limits());
        this.thread =
                new ThreadPoolExecutor(
                        0,
                        1,
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(config.waiting()),
                        Thread.ofPlatform().name("script-bench").daemon().factory());
    }

    /** Somebody begins to write a script: the first run shall not wait for the language. */
    void wake() {
        try {
            thread.execute(sandbox::warm);
        } catch (RejectedExecutionException e) {
            LOG.debug("busy, so awake");
        }
    }

    /** What is asked of a script, once it is loaded. */
    interface Work<T> {
        T run(ScriptContext context) throws ScriptFault;
    }

    /**
     * A result, or why there is none.
     *
     * @param nanos of processor time, of the work alone
     */
    record Outcome<T>(@Nullable T result, @Nullable ScriptFault fault, long nanos) {}

    /** Loads the script and says which functions it has; on a virtual thread. */
    Outcome<Functions> check(String source) {
        return run(source, ScriptContext::functions);
    }

    /** On a virtual thread. UNAVAILABLE when too many wait. */
    <T> Outcome<T> run(String source, Work<T> work) {
        Promise<Outcome<T>> promise = ((VertxInternal) vertx).promise();
        try {
            thread.execute(
                    () -> {
                        try {
                            promise.complete(now(source, work));
                        } catch (Exception | Error e) {
                            promise.fail(e);
                        }
                    });
        } catch (RejectedExecutionException e) {
            throw new Rejected(CommonError.UNAVAILABLE, "too many scripts are being tried");
        }
        return promise.future().await();
    }

    private <T> Outcome<T> now(String source, Work<T> work) {
        long start = processor.getCurrentThreadCpuTime();
        try {
            Script script = sandbox.script(source);
            try (ScriptContext context = sandbox.context(script)) {
                start = processor.getCurrentThreadCpuTime();
                T result = work.run(context);
                return new Outcome<>(result, null, processor.getCurrentThreadCpuTime() - start);
            }
        } catch (ScriptFault fault) {
            return new Outcome<>(null, fault, processor.getCurrentThreadCpuTime() - start);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        sandbox.close();
    }
}
