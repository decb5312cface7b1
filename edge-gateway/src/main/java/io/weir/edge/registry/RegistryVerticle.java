package io.weir.edge.registry;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.devices.DevicesApi;
import io.weir.api.edge.EdgeApi;
import io.weir.edge.link.CloudLink;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Keeps the registry: loads the encrypted cache, asks the cloud for changes every {@code poll} and
 * on its signal, writes the cache. Deployed before anything that serves devices.
 */
public final class RegistryVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryVerticle.class);

    private final RegistryConfig config;
    private final DeviceRegistry registry;
    private final Lookups lookups;
    private final CloudLink link;
    private final Time time;
    private final String gateway;
    private final Path data;
    private @Nullable RegistryCache cache;
    private boolean asking;
    private boolean askAgain;
    private Future<?> writing = Future.succeededFuture();
    private long savedRevision;
    private long savedAtTick;

    public RegistryVerticle(
            RegistryConfig config,
            DeviceRegistry registry,
            Lookups lookups,
            CloudLink link,
            Time time,
            Metrics metrics,
            Health health,
            String gateway,
            Path data) {
        this.config = config;
        this.registry = registry;
        this.lookups = lookups;
        this.link = link;
        this.time = time;
        this.gateway = gateway;
        this.data = data;
        metrics.registry().gauge("weir.registry.devices", registry, DeviceRegistry::size);
        metrics.registry().gauge("weir.registry.trusted", registry, r -> r.trusted() ? 1 : 0);
        health.register(
                "registry",
                () ->
                        Health.Report.up(
                                Map.of(
                                        "devices", registry.size(),
                                        "version", registry.version(),
                                        "trusted", registry.trusted())));
    }

    @Override
    public Future<?> start() {
        registry.trustFor(Duration.ofDays(config.trustDays()));
        return vertx.executeBlocking(this::open)
                .onSuccess(
                        opened -> {
                            cache = opened;
                            lookups.start(config);
                            link.subscribe(
                                    EdgeApi.REGISTRY_CHANGED,
                                    changed -> context.runOnContext(v -> poll()));
                            link.onChange(up -> context.runOnContext(v -> poll()));
                            vertx.setPeriodic(config.poll().toMillis(), t -> poll());
                            poll();
                        });
    }

    @Override
    public Future<?> stop() {
        return writing.transform(done -> write());
    }

    private RegistryCache open() throws java.io.IOException {
        java.nio.file.Files.createDirectories(data);
        var opened =
                new RegistryCache(
                        data.resolve("registry.cache"),
                        CacheKey.load(CacheKey.path(config.keyFile()), data),
                        gateway);
        DeviceRegistry.Snapshot saved = opened.read();
        if (saved != null) {
            registry.restore(saved);
            savedRevision = registry.revision();
            LOG.info("{} devices known from the cache", registry.size());
        }
        return opened;
    }

    private void poll() {
        if (asking) {
            askAgain = true;
            return;
        }
        if (!link.up()) {
            return;
        }
        asking = true;
        askAgain = false;
        page();
    }

    private void page() {
        var question = new DevicesApi.ChangesSince(gateway, registry.version(), config.page());
        link.call(DevicesApi.CHANGES, question)
                .onComplete(
                        done -> {
                            asking = false;
                            if (done.failed()) {
                                LOG.info("no registry changes: {}", done.cause().getMessage());
                                return;
                            }
                            take(done.result());
                            if (done.result().more() || askAgain) {
                                poll();
                            }
                        });
    }

    private void take(DevicesApi.Changes changes) {
        registry.apply(changes.products(), changes.devices());
        registry.confirm(changes.version(), !changes.more());
        boolean due = time.tick().ms() - savedAtTick >= config.save().toMillis();
        if (!changes.more() && (registry.revision() != savedRevision || due)) {
            write();
        }
    }

    private Future<?> write() {
        RegistryCache to = cache;
        if (to == null || !writing.isComplete()) {
            return writing;
        }
        long revision = registry.revision();
        savedAtTick = time.tick().ms();
        writing =
                vertx.executeBlocking(
                                () -> {
                                    to.write(registry.snapshot());
                                    return revision;
                                })
                        .onComplete(
                                done -> {
                                    if (done.succeeded()) {
                                        savedRevision = revision;
                                    } else {
                                        LOG.error("registry cache not written", done.cause());
                                    }
                                });
        return writing;
    }
}
