package io.weir.cloud.door;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.weir.api.door.DoorApi;
import io.weir.api.door.DoorApi.Admit;
import io.weir.api.door.DoorApi.Ended;
import io.weir.api.door.DoorApi.Recheck;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of this instance, by gateway: the newest wins, here at once and over nodes by the
 * signal and the look-up; a certificate that is not good any more ends its connection.
 */
final class DoorSessions {
    private static final Logger LOG = LoggerFactory.getLogger(DoorSessions.class);
    private static final long LOOK_MS = 1000;

    private final Vertx vertx;
    private final Bus bus;
    private final Time time;
    private final DoorConfig config;
    private final int partitions;
    private final String node;
    private final FrameProducer producer;
    private final DoorMeters meters;
    private final Map<String, DoorSession> open = new ConcurrentHashMap<>();
    private volatile long checkedAtMs;
    private volatile boolean checked = true;

    /**
     * @param partitions of each lane's topic
     * @param node this cloud node's name
     */
    DoorSessions(
            Vertx vertx,
            Bus bus,
            Time time,
            DoorConfig config,
            int partitions,
            String node,
            FrameProducer producer,
            DoorMeters meters) {
        this.vertx = vertx;
        this.bus = bus;
        this.time = time;
        this.config = config;
        this.partitions = partitions;
        this.node = node;
        this.producer = producer;
        this.meters = meters;
    }

    void watch() {
        checkedAtMs = time.tick().ms();
        vertx.setPeriodic(LOOK_MS, t -> List.copyOf(open.values()).forEach(DoorSession::look));
        vertx.setPeriodic(config.recheck().toMillis(), t -> recheck());
        bus.subscribe(DoorApi.CONNECTED, c -> replaced(c.gateway(), c.epoch()));
        bus.subscribe(DoorApi.REVOKED, r -> revoked(r.gateway()));
    }

    boolean full() {
        return open.size() >= config.connections();
    }

    int count() {
        return open.size();
    }

    long onTheWay() {
        return open.values().stream().mapToLong(DoorSession::onTheWay).sum();
    }

    /** Whether the last look-up of certificates worked. */
    boolean checked() {
        return checked;
    }

    /** The epoch of a new connection; failed with Rejected when the gateway may not come in. */
    Future<Long> admit(Peer peer) {
        return bus.call(
                        DoorApi.ADMIT,
                        new Admit(peer.gateway(), peer.serial(), node),
                        Call.system("door"))
                .map(DoorApi.Admission::epoch);
    }

    void begin(Peer peer, long epoch, ServerWebSocket socket) {
        String gateway = peer.gateway();
        DoorSession session =
                new DoorSession(
                        vertx,
                        peer,
                        epoch,
                        socket,
                        bus,
                        time,
                        config,
                        partitions,
                        producer,
                        meters);
        socket.closeHandler(
                v -> {
                    session.end();
                    open.remove(gateway, session);
                });
        DoorSession other = open.get(gateway);
        if (other != null && other.epoch() > epoch) {
            session.cut("replaced", "a newer connection");
            return;
        }
        open.put(gateway, session);
        if (other != null) {
            other.cut("replaced", "a newer connection");
        }
        LOG.info("gateway {} is connected, connection {}", gateway, epoch);
    }

    void close() {
        List.copyOf(open.values()).forEach(session -> session.cut("closing", "the door closes"));
    }

    private void replaced(String gateway, long epoch) {
        DoorSession mine = open.get(gateway);
        if (mine != null && mine.epoch() < epoch) {
            mine.cut("replaced", "a newer connection");
        }
    }

    private void revoked(String gateway) {
        DoorSession mine = open.get(gateway);
        if (mine != null) {
            mine.cut("revoked", "the certificate is revoked");
        }
    }

    private void recheck() {
        List<DoorApi.Connection> mine =
                open.values().stream().map(DoorSession::connection).toList();
        if (mine.isEmpty()) {
            checkedAtMs = time.tick().ms();
            checked = true;
            return;
        }
        bus.call(DoorApi.RECHECK, new Recheck(mine), Call.system("door"))
                .onSuccess(this::checked)
                .onFailure(this::unchecked);
    }

    private void checked(Ended ended) {
        checkedAtMs = time.tick().ms();
        checked = true;
        for (DoorApi.Ending ending : ended.connections()) {
            DoorSession mine = open.get(ending.gateway());
            if (mine != null && mine.epoch() == ending.epoch()) {
                mine.cut("refused", ending.why());
            }
        }
    }

    private void unchecked(Throwable why) {
        checked = false;
        LOG.warn("certificates could not be looked up: {}", why.getMessage());
        if (time.tick().ms() - checkedAtMs > config.stale().toMillis()) {
            List.copyOf(open.values())
                    .forEach(s -> s.cut("unchecked", "certificates can't be looked up"));
        }
    }
}
