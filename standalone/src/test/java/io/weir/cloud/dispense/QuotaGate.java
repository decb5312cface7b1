package io.weir.cloud.dispense;

import io.weir.api.dispense.SliceApi.Slices;
import io.weir.edge.quota.BookSnapshot;
import io.weir.edge.quota.QuotaConfig;
import io.weir.edge.quota.SliceBook;
import io.weir.edge.quota.SliceBook.Spend;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.OpenDispense;
import io.weir.model.fact.DispenseFact;
import io.weir.model.fact.SliceFact;
import io.weir.model.grant.SignedSlice;
import io.weir.model.grant.Statement;
import io.weir.model.time.Tick;
import io.weir.runtime.crypto.Signer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway of the simulation: a real {@link SliceBook} over a disk that forgets what was not
 * synced, and a valve that counts for itself.
 */
final class QuotaGate {
    static final long TOLERANCE_MS = 30_000;
    static final String DEVICE = "WD00000001";
    private static final QuotaConfig CONFIG =
            new QuotaConfig(
                    Duration.ofSeconds(15),
                    Duration.ofMillis(TOLERANCE_MS),
                    100,
                    1,
                    5,
                    Duration.ofSeconds(30));

    /** One journaled entry. */
    record Entry(Object fact, long wallMs, Tick tick, long atMs) {}

    /** The gateway is alive: what tells its journal the time when nothing else happens. */
    record Alive() {}

    /** What outlives a process. */
    static final class Disk {
        final String journal;
        final List<Entry> synced = new ArrayList<>();
        boolean lost;
        boolean cloned;

        Disk(String journal) {
            this.journal = journal;
        }
    }

    /** Water by the valve's own count. */
    record Pour(
            String dispense,
            String journal,
            long ml,
            long atMs,
            long wallMs,
            boolean counts,
            boolean told,
            long darkMs) {}

    private final QuotaWorld world;
    final String name = "edge-1";
    final String secret;
    Disk disk;
    SliceBook book;
    private final List<Entry> buffer = new ArrayList<>();
    private final Map<String, Long> open = new LinkedHashMap<>();
    private Signer signer;
    private String boot = "";
    private long bootedAtMs;
    long clockOffMs;

    /** The cloud has spoken to this process. */
    boolean told;

    /** True time, at most, that nothing on this disk bears witness of. */
    long darkMs;

    QuotaGate(QuotaWorld world, Disk disk, String secret) {
        this.world = world;
        this.disk = disk;
        this.secret = secret;
        this.signer = signer();
        this.book = boot();
    }

    private Signer signer() {
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        return QuotaWorld.SIGNERS.computeIfAbsent(
                secret + disk.journal,
                k -> Signer.derived(key, "closing statements of " + disk.journal));
    }

    String statementKey() {
        return signer.publicKey();
    }

    long wallMs() {
        return world.nowMs + clockOffMs;
    }

    Tick tick() {
        return new Tick(world.nowMs - bootedAtMs, boot);
    }

    /** kill -9, and a new process on the same disk. */
    void crash() {
        buffer.clear();
        open.clear();
        book = boot();
    }

    /** The disk is gone, a new one is put in. */
    void loseDisk(String journal) {
        disk.lost = true;
        disk = new Disk(journal);
        signer = signer();
        crash();
    }

    private SliceBook boot() {
        boot = world.nextBoot();
        bootedAtMs = world.nowMs;
        told = false;
        darkMs = dark();
        SliceBook fresh = new SliceBook(CONFIG, name, disk.journal);
        Map<String, Long> running = new LinkedHashMap<>();
        for (Entry e : disk.synced) {
            fresh.journaled(e.wallMs(), e.tick());
            switch (e.fact()) {
                case SliceFact.Taken f -> fresh.taken(f);
                case SliceFact.Closed f -> fresh.closed(f.statement().dispenseId());
                case DispenseFact.Intent f -> {
                    fresh.spent(f.dispenseId());
                    running.put(f.dispenseId(), 0L);
                }
                case DispenseFact.Ended f -> running.remove(f.dispenseId());
                case Alive a -> {}
                default -> throw new IllegalStateException(e.toString());
            }
        }
        for (String id : running.keySet()) {
            append(new DispenseFact.Ended(id, world.poured(id, disk), 1, EndReason.EDGE_RESTART));
        }
        fresh.due(wallMs(), tick());
        return fresh;
    }

    /** All the time between two processes, and until this one began. */
    private long dark() {
        long dark = 0;
        Entry before = null;
        for (Entry e : disk.synced) {
            if (before != null && !before.tick().sameBoot(e.tick())) {
                dark += e.atMs() - before.atMs();
            }
            before = e;
        }
        return before == null ? dark : dark + world.nowMs - before.atMs();
    }

    void pulled(Slices answer) {
        told = true;
        book.cloudTime(answer.nowMs(), tick());
        for (SignedSlice offered : answer.slices()) {
            String id = offered.slice().dispenseId();
            SliceBook.No no = book.refusal(offered, answer.cloudKey(), wallMs(), tick());
            if (no == SliceBook.No.EXPIRED || no == null && answer.recalled().contains(id)) {
                book.closeUnused(offered.slice());
            } else if (no == null) {
                var fact = new SliceFact.Taken(offered, answer.cloudKey());
                book.taking(fact);
                append(fact);
            }
        }
        for (String id : answer.recalled()) {
            Statement statement = book.recall(id);
            if (statement != null) {
                close(statement);
            }
        }
    }

    /** A slice that this gateway would spend now. */
    Optional<String> readySlice() {
        return book.snapshot().slices().stream()
                .filter(h -> h.state() == BookSnapshot.State.READY)
                .map(h -> h.slice().dispenseId())
                .findFirst();
    }

    /** Closes what is due. */
    void second() {
        book.due(wallMs(), tick()).forEach(this::close);
        append(new Alive());
    }

    private void close(Statement s) {
        append(new SliceFact.Closed(s, signer.sign(s.words())));
    }

    /**
     * Somebody tells the device a code; water flows if that is all right.
     *
     * @param crashAt the step before which the process is killed; beyond the last one it is not
     */
    void use(String code, long flow, int crashAt) {
        Spend spend = book.byCode(DEVICE, code, wallMs(), tick());
        OpenDispense command = spend.command();
        if (command == null) {
            world.hit("refused " + spend.no());
            return;
        }
        world.hit(told ? "spent" : "spent before the cloud spoke");
        boolean late = world.fault == QuotaWorld.Fault.DEBIT_AFTER_OPENING;
        List<Runnable> steps = new ArrayList<>();
        Runnable debit = () -> append(new DispenseFact.Intent(command.dispenseId(), command));
        Runnable pour = () -> world.pour(this, command, flow);
        steps.addAll(late ? List.of(pour, debit, this::sync) : List.of(debit, this::sync, pour));
        steps.add(
                () ->
                        append(
                                new DispenseFact.Ended(
                                        command.dispenseId(),
                                        world.poured(command.dispenseId(), disk),
                                        1,
                                        EndReason.LIMIT)));
        for (int i = 0; i < steps.size(); i++) {
            if (i == crashAt) {
                world.hit("killed before step " + i);
                crash();
                return;
            }
            steps.get(i).run();
        }
    }

    private void append(Object fact) {
        buffer.add(new Entry(fact, wallMs(), tick(), world.nowMs));
    }

    /** The group commit: what was taken may be spent, what was closed is closed. */
    void sync() {
        List<Entry> written = List.copyOf(buffer);
        buffer.clear();
        disk.synced.addAll(written);
        for (Entry e : written) {
            if (e.fact() instanceof SliceFact.Taken f) {
                book.taken(f);
            } else if (e.fact() instanceof SliceFact.Closed f) {
                book.closed(f.statement().dispenseId());
            }
        }
    }
}
