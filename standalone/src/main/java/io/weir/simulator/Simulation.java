package io.weir.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.weir.runtime.time.SystemTime;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** One run: devices arrive, live with their faults, are wound up, and are summed up. */
final class Simulation {
    private static final long LOOK_MS = 200;
    private static final int CONNECT_MS = 15_000;

    /** Devices on HTTP share these, kept alive; no more than a gateway takes. */
    private static final int HTTP_SOCKETS = 1_000;

    private final Options options;
    private final Consumer<String> out;
    private final Time time = new SystemTime();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Tally tally = new Tally();
    private long ackedBefore;
    private long sentBefore;

    /**
     * @param out takes the lines of progress
     */
    Simulation(Options options, Consumer<String> out) {
        this.options = options;
        this.out = out;
    }

    /** Ends a run early and cleanly; from any thread. */
    void stop() {
        stop.countDown();
    }

    /**
     * Until the time is over or {@link #stop}.
     *
     * @throws IOException when it can't begin: the message says what to do
     */
    Summary run() throws IOException, Api.Refused, InterruptedException {
        World world = World.of(options);
        Roster roster = Roster.of(options, world);
        String where =
                options.http() == null ? world.mqttHost() + ":" + world.mqttPort() : options.http();
        out.accept(
                "%d devices to %s, seed %d"
                        .formatted(roster.devices().size(), where, options.seed()));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            return run(vertx, world, roster);
        } finally {
            vertx.close().await();
        }
    }

    private Summary run(Vertx vertx, World world, Roster roster)
            throws IOException, Api.Refused, InterruptedException {
        long began = now();
        Fleet fleet = new Fleet(vertx, this::now);
        String host = options.http() == null ? world.mqttHost() : "";
        int port = options.http() == null ? world.mqttPort() : 0;
        fleet.begin(() -> devices(vertx, roster, host, port), options.ramp());
        Orders orders =
                options.orders() == 0
                        ? null
                        : Orders.begin(world, fleet, options, new SplittableRandom(options.seed()));
        live(fleet, orders, began);
        if (orders != null) {
            orders.end();
        }
        fleet.windUp();
        long until = now() + options.drainSeconds() * 1_000;
        while (!fleet.settled() && now() < until) {
            pause();
        }
        Orders.Verdict verdict =
                orders == null ? null : orders.judge(options.drainSeconds() * 1_000);
        fleet.end();
        double seconds = (now() - began) / 1_000.0;
        return fleet.call(() -> summary(fleet, seconds, orders, verdict));
    }

    private List<SimulatedDevice> devices(Vertx vertx, Roster roster, String host, int port) {
        Function<Credential, Line> lines = lines(vertx, host, port);
        long at = now();
        String run = Long.toString(time.now().toEpochMilli(), 36) + '-';
        var setup = new SimulatedDevice.Setup(options.everyMs(), time.now().toEpochMilli() - at);
        var seeds = new SplittableRandom(options.seed());
        List<SimulatedDevice> devices = new ArrayList<>();
        for (Credential device : roster.devices()) {
            var own = new SplittableRandom(seeds.nextLong());
            devices.add(
                    new SimulatedDevice(
                            device,
                            roster.model(device, run, own.split(), at),
                            new FaultDice(options.faults(), own.nextLong(), at),
                            own.split(),
                            lines.apply(device),
                            tally,
                            setup));
        }
        return devices;
    }

    private Function<Credential, Line> lines(Vertx vertx, String host, int port) {
        String http = options.http();
        if (http != null) {
            String base = http.replaceAll("/+$", "");
            HttpClient client =
                    vertx.createHttpClient(
                            new HttpClientOptions().setConnectTimeout(CONNECT_MS),
                            new PoolOptions().setHttp1MaxSize(HTTP_SOCKETS));
            return device -> new HttpLine(client, base, device, this::now);
        }
        NetClient client =
                vertx.createNetClient(
                        new NetClientOptions().setConnectTimeout(CONNECT_MS).setTcpNoDelay(true));
        return device -> new MqttLine(vertx, client, host, port, device, this::now);
    }

    private void live(Fleet fleet, @Nullable Orders orders, long began)
            throws InterruptedException {
        long end = options.seconds() == 0 ? Long.MAX_VALUE : began + options.seconds() * 1_000;
        long last = began;
        while (now() < end && !stop.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
            long now = now();
            if (now - last >= 1_000) {
                double passed = (now - last) / 1_000.0;
                out.accept(
                        fleet.call(() -> progress(fleet, orders, (now - began) / 1_000, passed)));
                last = now;
            }
        }
    }

    private String progress(Fleet fleet, @Nullable Orders orders, long second, double passed) {
        long online = fleet.devices().stream().filter(SimulatedDevice::online).count();
        List<Pour> pours = pours(fleet);
        StringBuilder faults = new StringBuilder();
        for (FaultKind kind : FaultKind.values()) {
            if (tally.faults(kind) > 0) {
                faults.append(' ').append(kind.word()).append(' ').append(tally.faults(kind));
            }
        }
        String line =
                String.format(
                        Locale.ROOT,
                        "%4d s  connected %d/%d  posts/s %.0f  acked/s %.0f  p99 %d ms  pours %d"
                                + " running, %d done%s%s",
                        second,
                        online,
                        fleet.devices().size(),
                        (tally.sent - sentBefore) / passed,
                        (tally.acked - ackedBefore) / passed,
                        tally.recent.getValueAtPercentile(99),
                        pours.stream().filter(Pour::running).count(),
                        pours.stream().filter(p -> !p.running()).count(),
                        orders == null ? "" : "  orders " + orders.taken(),
                        faults.isEmpty() ? "" : "  faults" + faults);
        sentBefore = tally.sent;
        ackedBefore = tally.acked;
        tally.recent.reset();
        return line;
    }

    private static List<Pour> pours(Fleet fleet) {
        List<Pour> all = new ArrayList<>();
        for (SimulatedDevice device : fleet.devices()) {
            if (device.model() instanceof DispenserFlow dispenser) {
                all.addAll(dispenser.pours());
            }
        }
        return all;
    }

    private Summary summary(
            Fleet fleet,
            double seconds,
            @Nullable Orders orders,
            Orders.@Nullable Verdict verdict) {
        int never = (int) fleet.devices().stream().filter(d -> !d.everOnline()).count();
        int unacked = fleet.devices().stream().mapToInt(SimulatedDevice::unacked).sum();
        List<String> wrong = new ArrayList<>();
        if (never > 0) {
            wrong.add(
                    never
                            + " devices were never let in"
                            + (tally.refused > 0
                                    ? ": the platform does not know them, or their secret is"
                                            + " another one (a new database? delete "
                                            + options.keep()
                                            + ")"
                                    : ": nobody answers there, or the run was too short"));
        }
        if (unacked > 0) {
            wrong.add(
                    "%d messages are not acknowledged after %d s of retries"
                            .formatted(unacked, options.drainSeconds()));
        }
        for (SimulatedDevice device : fleet.devices()) {
            if (device.model() instanceof DispenserFlow dispenser) {
                dispenser.pours().stream()
                        .filter(pour -> wrong(pour, device))
                        .forEach(pour -> wrong.add(device.credential() + ": " + pour));
            }
        }
        if (verdict != null) {
            wrong.addAll(verdict.wrong());
            if (verdict.open() > 0) {
                wrong.add(verdict.open() + " orders are not settled");
            }
        }
        return new Summary(
                options,
                fleet.devices().size(),
                never,
                seconds,
                tally,
                unacked,
                pours(fleet),
                orders == null ? 0 : orders.refused(),
                orders == null ? "" : orders.refusal(),
                verdict,
                wrong);
    }

    /** Opened twice, or the device itself had to shut its valve though nothing had happened. */
    private static boolean wrong(Pour pour, SimulatedDevice device) {
        return pour.openings() > 1
                || (pour.reason().equals("own_limit") && !device.disturbed(pour.dispense()));
    }

    private static void pause() throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private long now() {
        return time.tick().ms();
    }
}
