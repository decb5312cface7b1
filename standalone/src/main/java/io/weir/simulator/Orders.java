package io.weir.simulator;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.model.Money;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The demo's member, who orders at dispensers that stand idle, and whether each bill says what the
 * device poured. One virtual thread.
 */
final class Orders {
    /**
     * @param undisturbed no fault hit the device meanwhile, so the bill must be exact, not only not
     *     too high
     */
    private record Poured(Pour pour, boolean undisturbed) {}

    /**
     * What became of the orders.
     *
     * @param billed ml
     * @param wrong bills that no device's count explains
     */
    record Verdict(int settled, int open, long billed, List<String> wrong) {}

    /**
     * @param due what the tariff says for the volume that is billed
     */
    private record Bill(JsonNode dispense, Money due) {
        long ml() {
            return dispense.path("billed_ml").asLong();
        }

        Money charged() {
            return Money.ofYuan(dispense.path("charged").decimalValue());
        }
    }

    private record Order(String dispense, SimulatedDevice device) {}

    private static final Set<String> FINAL = Set.of("CAPTURED", "VOIDED");
    private static final int WALLET_YUAN = 1_000;
    private static final int TRIES = 5;
    private static final int STEP_ML = 10;

    /** What an exact bill may be below the device's count: less than one report's worth. */
    private static final int SHORT_ML = 60;

    private final Api member;
    private final Fleet fleet;
    private final Options options;
    private final RandomGenerator random;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Order> orders = new ArrayList<>();
    private final Map<String, Money> prices = new HashMap<>();
    private final Thread thread;
    private volatile int taken;
    private volatile int refused;
    private volatile String refusal = "";

    private Orders(Api member, Fleet fleet, Options options, RandomGenerator random) {
        this.member = member;
        this.fleet = fleet;
        this.options = options;
        this.random = random;
        this.thread = Thread.ofVirtual().name("orders").unstarted(this::run);
    }

    /** Begins to order; the member gets the lab's money first. */
    static Orders begin(World world, Fleet fleet, Options options, RandomGenerator random)
            throws IOException, Api.Refused {
        Api member = world.member();
        member.post(
                "/users/" + member.uid() + "/wallet/topups",
                Map.of("amount", WALLET_YUAN, "channel", "lab"),
                UUID.randomUUID().toString());
        Orders orders = new Orders(member, fleet, options, random);
        orders.thread.start();
        return orders;
    }

    int taken() {
        return taken;
    }

    int refused() {
        return refused;
    }

    /** Why the last one was refused; empty = none was. */
    String refusal() {
        return refusal;
    }

    /** No more orders; returns when the last has its answer. */
    void end() throws InterruptedException {
        stopped.countDown();
        thread.join();
    }

    private void run() {
        long pauseMs = Math.max(1, 60_000L / options.orders());
        try {
            while (!stopped.await(pauseMs, TimeUnit.MILLISECONDS)) {
                Optional<SimulatedDevice> device = fleet.call(this::idle);
                if (device.isPresent()) {
                    place(device.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<SimulatedDevice> idle() {
        List<SimulatedDevice> idle =
                fleet.devices().stream()
                        .filter(d -> d.online() && !d.credential().deviceId().isEmpty())
                        .filter(d -> d.model() instanceof DispenserFlow f && !f.pouring())
                        .toList();
        return idle.isEmpty()
                ? Optional.empty()
                : Optional.of(idle.get(random.nextInt(idle.size())));
    }

    private void place(SimulatedDevice device) throws InterruptedException {
        int ml = STEP_ML * (1 + random.nextInt(Math.max(1, options.ml() / STEP_ML)));
        String key = UUID.randomUUID().toString();
        for (int n = 0; n < TRIES; n++) {
            try {
                JsonNode order =
                        member.post(
                                "/devices/" + device.credential().deviceId() + "/dispenses",
                                Map.of("outlet", "cold", "volume_ml", ml),
                                key);
                orders.add(new Order(order.path("dispense_id").asText(), device));
                taken++;
                return;
            } catch (Api.Refused e) {
                refusal = String.valueOf(e.getMessage());
                if (e.status != 0 && e.status < 500 && e.status != 429) {
                    break; // busy, or just gone: no trouble of the platform's
                }
            }
            if (stopped.await(1, TimeUnit.SECONDS)) {
                break;
            }
        }
        refused++;
    }

    /**
     * Waits for the bills and compares them with what the devices poured; after {@link #end}.
     *
     * @param within ms, for all of them
     */
    Verdict judge(long within) throws InterruptedException {
        long rounds = within / 250;
        List<Order> open = new ArrayList<>(orders);
        List<String> wrong = new ArrayList<>();
        long billed = 0;
        for (long round = 0; !open.isEmpty() && round < rounds; round++) {
            for (Order order : List.copyOf(open)) {
                Optional<Bill> bill = bill(order);
                if (bill.isPresent()) {
                    open.remove(order);
                    billed += bill.get().ml();
                    compare(order, bill.get()).ifPresent(wrong::add);
                }
            }
            pause();
        }
        return new Verdict(orders.size() - open.size(), open.size(), billed, wrong);
    }

    private Optional<Bill> bill(Order order) {
        try {
            JsonNode now = member.get("/dispenses/" + order.dispense());
            return FINAL.contains(now.path("state").asText())
                    ? Optional.of(new Bill(now, price(order, now.path("billed_ml").asLong())))
                    : Optional.empty();
        } catch (Api.Refused e) {
            return Optional.empty(); // too often, or not just now: asked again
        }
    }

    private Optional<String> compare(Order order, Bill bill) {
        Poured poured = fleet.call(() -> poured(order));
        long asked = bill.dispense().path("ordered_ml").asLong();
        long most = Math.min(poured.pour().poured(), asked);
        boolean exact = bill.ml() >= most - SHORT_ML;
        boolean right =
                bill.ml() <= most
                        && (exact || !poured.undisturbed())
                        && bill.charged().equals(bill.due());
        return right
                ? Optional.empty()
                : Optional.of(
                        "%s poured %d ml of %d, the bill says %s"
                                .formatted(
                                        order.device().credential(),
                                        poured.pour().poured(),
                                        asked,
                                        bill.dispense()));
    }

    private static Poured poured(Order order) {
        Pour none = new Pour(order.dispense(), 0, 0, 0, "never opened");
        Pour pour =
                order.device().model() instanceof DispenserFlow dispenser
                        ? dispenser.pour(order.dispense()).orElse(none)
                        : none;
        return new Poured(pour, !order.device().disturbed(order.dispense()));
    }

    /** Of its device's tariff, read once; a tariff may be a single device's. */
    private Money price(Order order, long ml) throws Api.Refused {
        String device = order.device().credential().deviceId();
        Money litre = prices.get(device);
        if (litre == null) {
            JsonNode tariff = member.get("/devices/" + device + "/tariff");
            litre = Money.ofYuan(tariff.at("/prices/cold").decimalValue());
            prices.put(device, litre);
        }
        return litre.timesHalfUp(ml, 1_000);
    }

    private static void pause() throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(250, TimeUnit.MILLISECONDS);
    }
}
