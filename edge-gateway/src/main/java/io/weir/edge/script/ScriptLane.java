package io.weir.edge.script;

import io.weir.api.devices.DevicesApi.ProductScript;
import io.weir.runtime.script.Sandbox;
import io.weir.runtime.script.Script;
import io.weir.runtime.script.ScriptContext;
import io.weir.runtime.script.ScriptFault;
import io.weir.runtime.script.ScriptFault.Kind;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thread that runs scripts, with a warm context for each product that it met lately. Everything
 * but {@link #offer} happens on that thread.
 */
final class ScriptLane {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptLane.class);

    private final ScriptConfig config;
    private final Sandbox sandbox;
    private final ScriptMeters meters;
    private final Time time;
    private final ScriptQueue queue;
    private final Thread thread;
    private final LinkedHashMap<String, Warm> warm = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Fuse> fuses = new HashMap<>();

    /**
     * A product's script as this lane has it.
     *
     * @param broken why it can't be loaded, which is so until another one comes
     */
    private record Warm(
            ProductScript of,
            @Nullable Script script,
            @Nullable ScriptContext context,
            @Nullable ScriptFault broken) {
        void close() {
            if (context != null) {
                context.close();
            }
        }
    }

    ScriptLane(int number, ScriptConfig config, Sandbox sandbox, ScriptMeters meters, Time time) {
        this.config = config;
        this.sandbox = sandbox;
        this.meters = meters;
        this.time = time;
        this.queue = new ScriptQueue(config.waitingPerProduct(), config.waitingBytes());
        this.thread = Thread.ofPlatform().name("script-" + number).daemon().start(this::work);
    }

    boolean offer(Task<?> task) {
        return queue.offer(task);
    }

    int waiting() {
        return queue.size();
    }

    /** Runs what waits, then ends. */
    void close() throws InterruptedException {
        queue.close();
        thread.join(config.off().toMillis());
    }

    private void work() {
        try {
            for (Task<?> task = queue.take(); task != null; task = queue.take()) {
                run(task);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            warm.values().forEach(Warm::close);
        }
    }

    private void run(Task<?> task) {
        String product = task.productKey();
        Fuse fuse = fuses.get(product);
        if (fuse != null && fuse.off(time.tick().ms())) {
            meters.failed(product, Kind.THROTTLED);
            task.fail(new ScriptFault(Kind.THROTTLED, "the script is switched off for a while"));
            return;
        }
        long start = meters.nanos();
        try {
            ScriptContext context = context(task);
            task.run(context);
            fuses.remove(product);
            meters.worked(product, meters.nanos() - start);
        } catch (ScriptFault fault) {
            meters.failed(product, fault.kind());
            if (fault.kind() == Kind.LIMIT) {
                stopped(product);
            }
            task.fail(fault);
        } catch (RuntimeException | Error e) {
            // Whatever the engine throws, the lane goes on, and somebody hears of it.
            LOG.error("the script of product {}", product, e);
            drop(product);
            stopped(product);
            task.fail(new ScriptFault(Kind.ERROR, "the script could not be run"));
        }
    }

    private void stopped(String product) {
        Fuse fuse =
                fuses.computeIfAbsent(
                        product, p -> new Fuse(config.failures(), config.off().toMillis()));
        if (fuse.stopped(time.tick().ms())) {
            LOG.warn(
                    "the script of product {} had to be stopped {} times in a row, and is off for"
                            + " {}",
                    product,
                    config.failures(),
                    config.off());
        }
    }

    private ScriptContext context(Task<?> task) throws ScriptFault {
        Warm known = warm.get(task.productKey());
        if (known != null && !known.of().equals(task.script())) {
            drop(task.productKey());
            known = null;
        }
        if (known != null && known.broken() != null) {
            throw known.broken();
        }
        ScriptContext context = known == null ? null : known.context();
        if (context != null && !context.worn()) {
            return context;
        }
        drop(task.productKey());
        return open(task, known == null ? null : known.script());
    }

    private ScriptContext open(Task<?> task, @Nullable Script parsed) throws ScriptFault {
        try {
            Script script = parsed == null ? sandbox.script(task.script().source()) : parsed;
            ScriptContext context = sandbox.context(script);
            keep(task.productKey(), new Warm(task.script(), script, context, null));
            return context;
        } catch (ScriptFault fault) {
            if (fault.kind() != Kind.LIMIT) {
                keep(task.productKey(), new Warm(task.script(), null, null, fault));
            }
            throw fault;
        }
    }

    private void keep(String product, Warm it) {
        warm.put(product, it);
        if (warm.size() > config.contexts()) {
            drop(warm.firstEntry().getKey());
        }
    }

    private void drop(String product) {
        Warm it = warm.remove(product);
        if (it != null) {
            it.close();
        }
    }
}
