package io.weir.edge.registry;

import io.vertx.core.Future;
import io.weir.api.devices.DevicesApi;
import io.weir.edge.link.CloudLink;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.model.time.Tick;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the cloud for devices that this gateway does not know. The same question is asked once at a
 * time, "unknown" is remembered for a while, and the number in flight is bounded: devices that
 * don't exist can't flood the cloud.
 */
public final class Lookups {
    private static final int REMEMBERED = 10_000;

    private record Name(String productKey, String deviceName) {}

    private final DeviceRegistry registry;
    private final CloudLink link;
    private final String gateway;
    private final Time time;
    private final Map<Name, Future<@Nullable Device>> asking = new ConcurrentHashMap<>();
    private final Map<Name, Tick> unknown =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Name, Tick> eldest) {
                    return size() > REMEMBERED;
                }
            };
    private volatile @Nullable RegistryConfig config;

    public Lookups(DeviceRegistry registry, CloudLink link, String gateway, Time time) {
        this.registry = registry;
        this.link = link;
        this.gateway = gateway;
        this.time = time;
    }

    void start(RegistryConfig config) {
        this.config = config;
    }

    /**
     * The device; null when the cloud says that there is none for this gateway; failed with
     * UNAVAILABLE when nobody can tell.
     */
    public Future<@Nullable Device> ask(String productKey, String deviceName) {
        RegistryConfig c = config;
        Name name = new Name(productKey, deviceName);
        if (c == null || !link.up()) {
            return Future.failedFuture(new Rejected(CommonError.UNAVAILABLE, "the link is down"));
        }
        if (rememberedUnknown(name, c)) {
            return Future.succeededFuture(null);
        }
        Future<@Nullable Device> running = asking.get(name);
        if (running != null) {
            return running;
        }
        if (asking.size() >= c.lookups()) {
            return Future.failedFuture(new Rejected(CommonError.UNAVAILABLE, "too many lookups"));
        }
        var question = new DevicesApi.Lookup(gateway, productKey, deviceName);
        Future<@Nullable Device> answer =
                link.call(DevicesApi.LOOKUP, question)
                        .transform(done -> told(name, done.result(), done.cause()));
        asking.put(name, answer);
        answer.onComplete(done -> asking.remove(name, answer));
        return answer;
    }

    private Future<@Nullable Device> told(
            Name name, DevicesApi.@Nullable Changes found, @Nullable Throwable fault) {
        if (found != null) {
            // An answer that took longer than a poll of the changes must not undo what the poll
            // told.
            if (found.version() >= registry.version()
                    || registry.find(name.productKey, name.deviceName) == null) {
                registry.apply(found.products(), found.devices());
            }
            return Future.succeededFuture(registry.find(name.productKey, name.deviceName));
        }
        if (fault instanceof Rejected r && r.is(CommonError.NOT_FOUND)) {
            synchronized (unknown) {
                unknown.put(name, time.tick());
            }
            return Future.succeededFuture(null);
        }
        return Future.failedFuture(
                fault == null ? new Rejected(CommonError.UNAVAILABLE, "no answer") : fault);
    }

    private boolean rememberedUnknown(Name name, RegistryConfig c) {
        synchronized (unknown) {
            Tick since = unknown.get(name);
            if (since == null) {
                return false;
            }
            if (time.tick().since(since) < c.unknownFor().toMillis()) {
                return true;
            }
            unknown.remove(name);
            return false;
        }
    }
}
