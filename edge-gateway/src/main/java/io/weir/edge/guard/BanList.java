package io.weir.edge.guard;

import io.weir.edge.guard.Ban.Kind;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is banned. Safe for any thread; asked for every connect, so a look into it costs one hash,
 * and one comparison for each block of addresses. Takes time as an argument.
 */
public final class BanList {
    private record Key(Kind kind, String value) {}

    private record Block(AddressRange range, Ban ban) {}

    private final int max;
    private final Map<Key, Ban> bans = new ConcurrentHashMap<>();
    private volatile List<Block> blocks = List.of();
    private volatile long revision;
    private volatile long orders;

    /**
     * @param max bans at most
     */
    public BanList(int max) {
        this.max = max;
    }

    /**
     * Adds it, or puts it in the place of the one of the same kind and value. When the list is full
     * the gateway's own bans give way, the first to end first, but never an operator's.
     *
     * @return false when there was no room
     */
    public synchronized boolean put(Ban ban) {
        Key key = new Key(ban.kind(), ban.value());
        if (!bans.containsKey(key) && bans.size() >= max && !makeRoom()) {
            return false;
        }
        bans.put(key, ban);
        changed();
        orders = orders + (ban.by().equals(Ban.GATEWAY) ? 0 : 1);
        return true;
    }

    /** The gateway's own ban: it never takes the place of an operator's that lasts longer. */
    synchronized void putUnlessBanned(Ban ban) {
        if (find(ban.kind(), ban.value(), ban.since()) == null) {
            put(ban);
        }
    }

    /** Lifts it; null when there was none. */
    public synchronized @Nullable Ban remove(Kind kind, String value) {
        Ban gone = bans.remove(new Key(kind, value));
        if (gone != null) {
            changed();
        }
        return gone;
    }

    /** The ban of this very client id, device or address; null when there is none. */
    public @Nullable Ban find(Kind kind, String value, Instant now) {
        Ban ban = bans.isEmpty() ? null : bans.get(new Key(kind, value));
        return ban == null || ban.over(now) ? null : ban;
    }

    /** The ban of this address or of a block that it is in. */
    public @Nullable Ban find(InetAddress address, Instant now) {
        if (bans.isEmpty()) {
            return null;
        }
        Ban ban = find(Kind.ADDRESS, AddressRange.text(address), now);
        for (Block block : ban == null ? blocks : List.<Block>of()) {
            if (block.range.has(address) && !block.ban.over(now)) {
                return block.ban;
            }
        }
        return ban;
    }

    /** Those that hold, oldest first. */
    public List<Ban> all(Instant now) {
        return bans.values().stream()
                .filter(ban -> !ban.over(now))
                .sorted(
                        Comparator.comparing(Ban::since)
                                .thenComparing(Ban::kind)
                                .thenComparing(Ban::value))
                .toList();
    }

    /** Drops those that are over; they are told. */
    synchronized List<Ban> expire(Instant now) {
        List<Ban> over = bans.values().stream().filter(ban -> ban.over(now)).toList();
        over.forEach(ban -> bans.remove(new Key(ban.kind(), ban.value())));
        if (!over.isEmpty()) {
            changed();
        }
        return over;
    }

    public int size() {
        return bans.size();
    }

    /** Rises with every change. */
    long revision() {
        return revision;
    }

    /** Rises with every ban that an operator adds: those who are here already may have to go. */
    public long orders() {
        return orders;
    }

    private boolean makeRoom() {
        return bans.values().stream()
                .filter(ban -> ban.until() != null && ban.by().equals(Ban.GATEWAY))
                .min(Comparator.comparing(ban -> ban.until()))
                .map(ban -> bans.remove(new Key(ban.kind(), ban.value())))
                .isPresent();
    }

    private void changed() {
        List<Block> now = new ArrayList<>();
        for (Ban ban : bans.values()) {
            if (ban.kind() == Kind.CIDR) {
                now.add(new Block(AddressRange.parse(ban.value(), true), ban));
            }
        }
        blocks = List.copyOf(now);
        revision = revision + 1;
    }
}
