package io.weir.edge.script;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.weir.api.devices.DevicesApi.ProductScript;
import io.weir.edge.downlink.Translator;
import io.weir.edge.registry.Product;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.script.Sandbox;
import io.weir.runtime.script.ScriptFault;
import io.weir.runtime.script.ScriptFault.Kind;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The products' scripts. Every call answers at once; its future completes on the caller's context,
 * and fails with {@link ScriptFault} only. A product's calls are run in their order.
 */
public final class Scripts implements Translator {
    private final Vertx vertx;
    private final Metrics metrics;
    private final Time time;
    private volatile List<ScriptLane> lanes = List.of();
    private @Nullable Sandbox sandbox;

    public Scripts(Vertx vertx, Metrics metrics, Time time) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.time = time;
    }

    void start(ScriptConfig config) {
        var box = new Sandbox(config.limits());
        var meters = new ScriptMeters(metrics, config.products());
        List<ScriptLane> started = new ArrayList<>();
        for (int i = 0; i < config.lanes(); i++) {
            started.add(new ScriptLane(i, config, box, meters, time));
        }
        sandbox = box;
        lanes = List.copyOf(started);
    }

    /** Blocks until what waits has been run. */
    void stop() throws InterruptedException {
        List<ScriptLane> ending = lanes;
        lanes = List.of();
        for (ScriptLane lane : ending) {
            lane.close();
        }
        if (sandbox != null) {
            sandbox.close();
        }
    }

    int waiting() {
        return lanes.stream().mapToInt(ScriptLane::waiting).sum();
    }

    /** What a device's bytes say, as JSON text of an object. */
    Future<String> fromRaw(Product product, byte[] bytes) {
        return run(product, bytes.length, c -> c.rawDataToProtocol(bytes));
    }

    @Override
    public Future<byte[]> toRaw(Product product, String json) {
        return run(product, json.length(), c -> c.protocolToRawData(json));
    }

    /** What a message on one of a device's own topics says, as JSON text of an object. */
    Future<String> transform(Product product, String topic, byte[] bytes) {
        return run(product, bytes.length, c -> c.transformPayload(topic, bytes));
    }

    private <T> Future<T> run(Product product, int size, Task.Work<T> work) {
        ProductScript script = product.script();
        if (script == null) {
            return Future.failedFuture(new ScriptFault(Kind.EMPTY, "the product has no script"));
        }
        List<ScriptLane> running = lanes;
        Promise<T> promise = ((VertxInternal) vertx).promise();
        boolean taken =
                !running.isEmpty()
                        && running.get(
                                        Math.floorMod(
                                                product.productKey().hashCode(), running.size()))
                                .offer(
                                        new Task<>(
                                                product.productKey(), script, size, work, promise));
        return taken
                ? promise.future()
                : Future.failedFuture(
                        new ScriptFault(Kind.THROTTLED, "too many messages wait for the script"));
    }
}
