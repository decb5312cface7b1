package io.weir.edge.debug;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.Done;
import io.weir.api.debug.DebugApi;
import io.weir.api.debug.DebugApi.Measure;
import io.weir.api.debug.DebugApi.Measured;
import io.weir.edge.downlink.DeviceLine;
import io.weir.edge.downlink.DeviceLines;
import io.weir.edge.downlink.Echo;
import io.weir.edge.link.CloudLink;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

/** Answers the cloud's questions about devices that are watched. */
public final class DebugVerticle extends VerticleBase {
    private static final long SWEEP_MS = 10_000;

    private final DebugConfig config;
    private final Watches watches;
    private final DeviceLines lines;
    private final CloudLink link;
    private final Time time;
    private final Metrics metrics;

    public DebugVerticle(
            DebugConfig config,
            Watches watches,
            DeviceLines lines,
            CloudLink link,
            Time time,
            Metrics metrics) {
        this.config = config;
        this.watches = watches;
        this.lines = lines;
        this.link = link;
        this.time = time;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        watches.start(config);
        metrics.registry().gauge("weir.debug.watched", watches, Watches::size);
        vertx.setPeriodic(SWEEP_MS, id -> watches.sweep());
        link.serve(
                DebugApi.READ,
                (call, ask) -> {
                    try {
                        return Future.succeededFuture(
                                watches.read(ask, device -> lines.find(device) != null));
                    } catch (Rejected e) {
                        return Future.failedFuture(e);
                    }
                });
        link.serve(
                DebugApi.END,
                (call, end) -> {
                    watches.end(end);
                    return Future.succeededFuture(Done.DONE);
                });
        link.serve(DebugApi.MEASURE, (call, measure) -> measure(measure));
        return Future.succeededFuture();
    }

    private Future<Measured> measure(Measure ask) {
        long began = time.nanos();
        DeviceLine line = lines.find(ask.deviceId());
        if (line == null || !ask.tenant().equals(line.device().tenant())) {
            return Future.failedFuture(
                    new Rejected(CommandError.DEVICE_OFFLINE, "the device is not connected"));
        }
        Echo echo = line.echo();
        if (echo == null) {
            return Future.failedFuture(
                    new Rejected(
                            CommonError.CONFLICT,
                            "the device's transport has nothing that it must acknowledge"));
        }
        return echo.micros().map(m -> new Measured(echo.way(), m, (time.nanos() - began) / 1000));
    }
}
