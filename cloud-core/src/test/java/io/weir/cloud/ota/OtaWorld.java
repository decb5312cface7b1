package io.weir.cloud.ota;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.devices.ProductOps;
import io.weir.api.devices.ProductOps.Product;
import io.weir.cloud.facts.CachedPlaces;
import io.weir.cloud.http.ApiFixture;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.ManualTime;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The OTA context behind the real API, between a devices context and a gateway that are played. */
final class OtaWorld implements AutoCloseable {
    static final int PACKAGES = 40;

    final ApiFixture api = new ApiFixture();
    final Tx tx = api.tx;
    final ManualTime time = new ManualTime(Instant.parse("2026-05-04T12:00:00Z"), "boot");
    final Map<Long, String> products =
            Map.of(10000L, "/DEMO/", 20000L, "/FULL/", 30000L, "/OTHR/");

    OtaWorld() {
        var config =
                new OtaConfig(
                        2_000_000,
                        100_000,
                        PACKAGES,
                        Duration.ofHours(24),
                        Duration.ofHours(1),
                        100,
                        Duration.ofHours(1),
                        10,
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5));
        api.api(
                ApiFixture.CONFIG,
                List.of(OtaRoutes.CONTEXT),
                new FirmwareContent(api.bus));
        api.context(new Devices(api.bus));
        api.context(
                new OtaVerticle(
                        config, api.bus, tx, time, new CachedPlaces(api.bus, time, 0, 1000)));
    }

    @Override
    public void close() {
        api.close();
    }

    private final class Devices extends VerticleBase {
        private final Bus bus;

        Devices(Bus bus) {
            this.bus = bus;
        }

        @Override
        public Future<?> start() {
            bus.serve(
                    ProductOps.DETAIL,
                    (call, q) -> {
                        String tenant = products.get(q.id());
                        if (tenant == null || !call.scope().covers(tenant)) {
                            throw Rejected.notFound("product " + q.id());
                        }
                        return new Product(
                                q.id(),
                                tenant,
                                "dispenser",
                                "D1",
                                "pk" + q.id(),
                                ProductOps.Status.ENABLE,
                                null,
                                1,
                                List.of(),
                                null,
                                false,
                                ProductOps.Registration.OFF,
                                time.now(),
                                time.now());
                    });
            return Future.succeededFuture();
        }
    }
}
