package io.weir.edge.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.weir.api.devices.DevicesApi;
import io.weir.edge.FakeLink;
import io.weir.edge.GatewayRig;
import io.weir.edge.TestProducts;
import io.weir.runtime.health.Health;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.time.ManualTime;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class DeviceRegistryTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private final ManualTime time = new ManualTime(BEGIN, "b1");
    private final DeviceRegistry registry = new DeviceRegistry(time);

    private void fill() {
        TestModels.fill(registry, TestProducts.changes(7, TestProducts.device("D-1", "dev-01")));
    }

    @Test
    void aGrantedDeviceIsFoundByItsTripleAndByItsNumber() {
        fill();
        Device device = registry.find(TestProducts.PK, "dev-01");
        assertThat(device.deviceId()).isEqualTo("D-1");
        assertThat(device.refusal()).isNull();
        assertThat(device.product().dispenser()).isTrue();
        assertThat(registry.find("D-1").deviceName()).isEqualTo("dev-01");
        assertThat(registry.find(TestProducts.PK, "dev-02")).isNull();
        assertThat(device.toString()).doesNotContain(TestProducts.SECRET);
    }

    @Test
    void changesAreToldAlsoWhenOnlyTheProductChanged() {
        fill();
        List<String> told = new ArrayList<>();
        registry.onChange(d -> told.add(d.deviceId() + " " + d.refusal()));
        registry.apply(
                List.of(
                        new DevicesApi.ProductGrant(
                                TestProducts.PK, TestProducts.TSL, List.of(), false, false)),
                List.of());
        registry.apply(List.of(), List.of(TestProducts.unusable("D-1", "dev-01", "NOT_CONFIRMED")));
        assertThat(told).containsExactly("D-1 PRODUCT_DISABLED", "D-1 NOT_CONFIRMED");
    }

    @Test
    void aRenamedDeviceIsFoundUnderItsNewNameOnly() {
        fill();
        registry.apply(List.of(), List.of(TestProducts.device("D-1", "dev-09")));
        assertThat(registry.find(TestProducts.PK, "dev-01")).isNull();
        assertThat(registry.find(TestProducts.PK, "dev-09")).isNotNull();
    }

    @Test
    void aThingModelThatCannotBeReadRefusesItsDevicesOnly() {
        fill();
        registry.apply(
                List.of(
                        new DevicesApi.ProductGrant(
                                TestProducts.PK, "{\"properties\":7}", List.of(), true, false)),
                List.of());
        assertThat(registry.find("D-1").refusal()).isEqualTo("NO_MODEL");
    }

    @Test
    void trustEndsAfterThirtyDaysByEitherClock() {
        assertThat(registry.trusted()).isFalse();
        fill();
        assertThat(registry.trusted()).isTrue();
        time.advance(Duration.ofDays(29));
        assertThat(registry.trusted()).isTrue();
        time.step(Duration.ofDays(-29));
        assertThat(registry.trusted()).isTrue();
        time.advance(Duration.ofDays(2));
        assertThat(registry.trusted()).as("31 days of ticks").isFalse();
        assertThat(registry.trustEnded()).isTrue();
        registry.confirm(8, false);
        assertThat(registry.trusted()).as("only a whole answer confirms").isFalse();
        registry.confirm(8, true);
        assertThat(registry.trusted()).isTrue();
    }

    @Test
    void aClockSetBackBeforeARestartDoesNotProlongTrust() {
        fill();
        time.advance(Duration.ofDays(29));
        DeviceRegistry.Snapshot saved = registry.snapshot();
        time.reboot("b2");
        time.step(Duration.ofDays(-29));
        DeviceRegistry next = new DeviceRegistry(time);
        next.trustFor(Duration.ofDays(30));
        next.restore(saved);
        assertThat(next.trusted()).isTrue();
        time.advance(Duration.ofDays(28));
        assertThat(next.trusted()).isTrue();
        time.step(Duration.ofDays(3));
        assertThat(next.trusted()).isFalse();
        assertThat(next.find("D-1")).isNotNull();
    }

    @Test
    void theCacheIsReadableOnlyWithItsKeyAndName(@TempDir Path folder) throws IOException {
        fill();
        Path data = folder.resolve("data");
        Files.createDirectories(data);
        Path keyFile = folder.resolve("keys/edge.key");
        var key = CacheKey.load(keyFile, data);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile)))
                .isEqualTo("rw-------");
        assertThat(CacheKey.load(keyFile, data)).isEqualTo(key);
        Path file = data.resolve("registry.cache");
        new RegistryCache(file, key, "gw").write(registry.snapshot());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .doesNotContain(TestProducts.SECRET)
                .doesNotContain("dev-01");
        assertThat(new RegistryCache(file, key, "gw").read()).isEqualTo(registry.snapshot());

        assertThat(new RegistryCache(file, key, "other").read()).isNull();
        assertThat(file).doesNotExist();
        assertThat(data.resolve("registry.cache.bad")).exists();

        new RegistryCache(file, key, "gw").write(registry.snapshot());
        byte[] bytes = Files.readAllBytes(file);
        for (int at : new int[] {0, 6, 20, bytes.length - 1}) {
            byte[] broken = bytes.clone();
            broken[at] ^= 1;
            Files.write(file, broken);
            assertThat(new RegistryCache(file, key, "gw").read()).isNull();
        }
        Files.write(file, new byte[3]);
        assertThat(new RegistryCache(file, key, "gw").read()).isNull();
    }

    @Test
    void aKeyInsideTheDataFolderIsRefused(@TempDir Path data) {
        assertThatThrownBy(() -> CacheKey.load(data.resolve("x/../keys/edge.key"), data))
                .hasMessageContaining("outside the data folder");
    }

    @Test
    void aGatewayThatStartsWithoutTheCloudKnowsItsDevices(@TempDir Path folder) {
        FakeLink link = new FakeLink();
        link.answer(
                DevicesApi.CHANGES,
                q ->
                        switch ((int) q.since()) {
                            case 0 ->
                                    new DevicesApi.Changes(
                                            1,
                                            true,
                                            List.of(TestProducts.device("D-1", "dev-01")),
                                            List.of());
                            case 1 -> TestProducts.changes(2, TestProducts.device("D-2", "dev-02"));
                            default ->
                                    new DevicesApi.Changes(q.since(), false, List.of(), List.of());
                        });
        run(folder, link, registry, () -> GatewayRig.await(() -> registry.version() == 2));
        DeviceRegistry next = new DeviceRegistry(time);
        FakeLink gone = new FakeLink();
        gone.up(false);
        run(folder, gone, next, () -> {});
        assertThat(next.version()).isEqualTo(2);
        assertThat(next.find(TestProducts.PK, "dev-01").refusal()).isNull();
        assertThat(next.find(TestProducts.PK, "dev-02").secret()).isEqualTo(TestProducts.SECRET);
        assertThat(next.trusted()).isTrue();
    }

    private void run(Path folder, FakeLink link, DeviceRegistry registry, Runnable meanwhile) {
        Vertx vertx = Vertx.vertx();
        RegistryConfig config =
                new RegistryConfig(
                        Duration.ofMillis(100),
                        1,
                        folder.resolve("keys/edge.key").toString(),
                        30,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(1),
                        10);
        vertx.deployVerticle(
                        new RegistryVerticle(
                                config,
                                registry,
                                new Lookups(registry, link, "gw", time),
                                link,
                                time,
                                new Metrics(),
                                new Health(),
                                "gw",
                                folder.resolve("data")))
                .await();
        meanwhile.run();
        vertx.close().await();
    }
}
