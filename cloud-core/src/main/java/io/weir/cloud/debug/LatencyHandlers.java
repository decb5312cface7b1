package io.weir.cloud.debug;

import io.weir.api.debug.DebugApi;
import io.weir.api.debug.DebugApi.Measure;
import io.weir.api.debug.DebugApi.Measured;
import io.weir.api.debug.DebugOps.Latency;
import io.weir.api.debug.DebugOps.MeasureLatency;
import io.weir.api.debug.DebugOps.Sample;
import io.weir.api.debug.DebugOps.Session;
import io.weir.api.debug.DebugOps.Spread;
import io.weir.model.problem.CommandError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.Time;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How long the way to a device and back takes, in its two parts. */
final class LatencyHandlers {
    /** No further sample is begun after this: the asker waits for the answer. */
    private static final long ENOUGH_NANOS = 10_000_000_000L;

    private final SessionHandlers sessions;
    private final Watched watched;
    private final Bus bus;
    private final Time time;

    LatencyHandlers(SessionHandlers sessions, Watched watched, Bus bus, Time time) {
        this.sessions = sessions;
        this.watched = watched;
        this.bus = bus;
        this.time = time;
    }

    Latency measure(Call call, MeasureLatency q) {
        Session session = sessions.going(call, q.sessionId());
        Watched.Device device = watched.device(call, session.deviceId());
        String gateway = device.connectedTo();
        if (gateway == null) {
            throw new Rejected(
                    CommandError.DEVICE_OFFLINE, "device " + device.id() + " is not connected");
        }
        var ask = new Measure(device.id(), device.tenant());
        List<Sample> samples = new ArrayList<>();
        String way = "";
        long began = time.nanos();
        while (samples.size() < q.samples() && time.nanos() - began < ENOUGH_NANOS) {
            long asked = time.nanos();
            Measured measured = bus.call(DebugApi.MEASURE.at(gateway), ask, call).await();
            long micros = (time.nanos() - asked) / 1000;
            way = measured.way();
            samples.add(
                    new Sample(
                            ms(measured.deviceMicros()),
                            ms(Math.max(0, micros - measured.gatewayMicros()))));
        }
        return new Latency(
                way,
                gateway,
                samples,
                spread(samples, Sample::deviceMs),
                spread(samples, Sample::cloudMs));
    }

    static Spread spread(List<Sample> samples, ToDoubleFunction<Sample> part) {
        double[] sorted = samples.stream().mapToDouble(part).sorted().toArray();
        return new Spread(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }

    private static double ms(long micros) {
        return micros / 1000.0;
    }
}
