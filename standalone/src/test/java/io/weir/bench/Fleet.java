package io.weir.bench;

import io.weir.e2e.DeviceLogin;
import io.weir.e2e.Wait;

import org.HdrHistogram.Histogram;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Devices on one thread. They come from many addresses of 127/8, as devices in the field come from
 * many sites, so that the gateway's limits per address hold for them unchanged.
 */
final class Fleet implements AutoCloseable, Link.Owner {
    /** What came of connecting. */
    record Arrivals(int online, long refused, long lost) {}

    /** A device that listens, not only posts. */
    interface Ears {
        void online(Link link);

        void message(String topic, byte[] payload);
    }

    private static final int DEVICES_PER_ADDRESS = 200;
    private static final long CONNACK_MS = 15_000;
    private static final long LONGEST_US = Duration.ofMinutes(10).toMillis() * 1000;

    final Loop loop;
    private final List<Link> links = new ArrayList<>();
    private final Map<Link, Ears> ears = new ConcurrentHashMap<>();
    private final Deque<Link> queue = new ArrayDeque<>();
    private final AtomicInteger online = new AtomicInteger();
    private final AtomicLong acked = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private Histogram latency = new Histogram(LONGEST_US, 3);
    private final Random random = new Random(7);
    private long backFromMs;
    private long backToMs;
    private int opening;
    private int atOnce;

    /**
     * @param mqtt host:port of the gateway
     */
    Fleet(String mqtt, List<DeviceLogin> devices) {
        this.loop = new Loop("fleet");
        String[] at = mqtt.split(":");
        var server = new InetSocketAddress(at[0], Integer.parseInt(at[1]));
        for (int i = 0; i < devices.size(); i++) {
            links.add(new Link(loop, this, devices.get(i), server, site(i / DEVICES_PER_ADDRESS)));
        }
        loop.execute(() -> loop.after(1000, this::sweep));
    }

    /** So many devices, connected. */
    static Fleet connected(String mqtt, List<DeviceLogin> devices) {
        return connected(new Fleet(mqtt, devices), devices);
    }

    /** The same, but they post this. */
    static Fleet connected(String mqtt, List<DeviceLogin> devices, String what, byte[] payload) {
        Fleet fleet = new Fleet(mqtt, devices);
        fleet.links.forEach(link -> link.says(what, payload));
        return connected(fleet, devices);
    }

    private static Fleet connected(Fleet fleet, List<DeviceLogin> devices) {
        try {
            fleet.comeBackAfter(200, 1000);
            fleet.connect(64);
            fleet.await(devices.size(), Duration.ofSeconds(60 + devices.size() / 200));
            return fleet;
        } catch (AssertionError | IllegalStateException e) {
            fleet.close();
            throw e;
        }
    }

    private static InetSocketAddress site(int number) {
        try {
            byte[] address = {127, 0, (byte) (1 + number / 250), (byte) (1 + number % 250)};
            return new InetSocketAddress(InetAddress.getByAddress(address), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Link> links() {
        return links;
    }

    /** Every device is a faucet from now on. Before {@link #connect}. */
    List<Faucet> faucets(int flow) {
        List<Faucet> faucets = new ArrayList<>();
        for (Link link : links) {
            Faucet faucet = new Faucet(loop, link, flow);
            ears.put(link, faucet);
            faucets.add(faucet);
        }
        return faucets;
    }

    /**
     * All that are apart, so many at a time.
     *
     * @param most sockets without their CONNACK at once
     */
    void connect(int most) {
        loop.execute(
                () -> {
                    atOnce = most;
                    links.stream().filter(l -> l.state() == Link.State.APART).forEach(queue::add);
                    openSome();
                });
    }

    /** Who is lost or refused comes again after a pause from this range; 0 and 0 = never. */
    void comeBackAfter(long fromMs, long toMs) {
        loop.execute(
                () -> {
                    backFromMs = fromMs;
                    backToMs = toMs;
                });
    }

    void await(int devices, Duration within) {
        Wait.until(devices + " devices online", within, () -> online.get() >= devices);
    }

    int online() {
        return online.get();
    }

    Arrivals arrivals() {
        return new Arrivals(online.get(), refused.get(), lost.get());
    }

    long acked() {
        return acked.get();
    }

    /** So many publishes of each device always in flight. */
    void window(int publishes) {
        loop.execute(() -> links.forEach(link -> link.window(publishes)));
    }

    /**
     * Publishes by a fixed schedule, round robin over all devices, whatever the answers do: who is
     * late is late for the schedule. End it with {@link #rest}.
     */
    Schedule schedule(double perSecond) {
        Schedule schedule = new Schedule(links, perSecond);
        loop.each(schedule);
        return schedule;
    }

    void end(LongConsumer schedule) {
        loop.no(schedule);
    }

    /** No new publishes; waits for the acknowledgements of those in flight; all acked so far. */
    long rest() {
        loop.execute(() -> links.forEach(Link::rest));
        Wait.until(
                "what is in flight is acknowledged", Duration.ofSeconds(30), () -> flying() == 0);
        return acked.get();
    }

    private long flying() {
        return loop.call(() -> links.stream().mapToLong(Link::inFlight).sum());
    }

    /** Latencies since the last call, in us. */
    Histogram latency() {
        return loop.call(
                () -> {
                    Histogram past = latency;
                    latency = new Histogram(LONGEST_US, 3);
                    return past;
                });
    }

    /** How long after a time each device was let in, ms. */
    Histogram waits(long from) {
        Histogram waits = new Histogram(LONGEST_US, 3);
        links.forEach(link -> waits.recordValue(Math.max(0, link.onlineAt() - from) / 1_000_000));
        return waits;
    }

    /** Everybody's power is cut. */
    void cut() {
        comeBackAfter(0, 0);
        loop.execute(
                () -> {
                    queue.clear();
                    links.forEach(Link::close);
                });
        Wait.until("all are cut", Duration.ofSeconds(30), () -> online.get() == 0);
    }

    @Override
    public void online(Link link) {
        online.incrementAndGet();
        opening--;
        Ears listening = ears.get(link);
        if (listening != null) {
            listening.online(link);
        }
        openSome();
    }

    @Override
    public void apart(Link link, Link.State before) {
        if (before == Link.State.ONLINE) {
            online.decrementAndGet();
            lost.incrementAndGet();
        } else {
            opening--;
            refused.incrementAndGet();
        }
        if (backToMs > 0) {
            long pause = backFromMs + random.nextLong(backToMs - backFromMs + 1);
            loop.after(pause, () -> again(link));
        }
        loop.execute(this::openSome);
    }

    private void again(Link link) {
        if (backToMs > 0) {
            queue.add(link);
            openSome();
        }
    }

    private void openSome() {
        while (opening < atOnce && !queue.isEmpty()) {
            Link next = queue.poll();
            if (next.state() == Link.State.APART) {
                opening++;
                next.open();
            }
        }
    }

    /** A socket that hears nothing at all is given up, as any SDK does. */
    private void sweep() {
        long old = System.nanoTime() - CONNACK_MS * 1_000_000;
        for (Link link : links) {
            if (link.state() == Link.State.OPENING && link.openedAt() < old) {
                link.close();
            }
        }
        loop.after(1000, this::sweep);
    }

    @Override
    public void acked(Link link, long since) {
        acked.lazySet(acked.get() + 1);
        latency.recordValue(Math.clamp((System.nanoTime() - since) / 1000, 0, LONGEST_US));
    }

    @Override
    public void message(Link link, String topic, byte[] payload) {
        Ears listening = ears.get(link);
        if (listening != null) {
            listening.message(topic, payload);
        }
    }

    @Override
    public void close() {
        if (backToMs > 0 || online.get() > 0 || opening > 0) {
            cut();
        }
        loop.close();
    }
}
