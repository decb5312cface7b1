package io.weir.cloud.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.time.ManualTime;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

class CachedPlacesTest {
    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new Bus(vertx);
    private final ManualTime time = new ManualTime(Instant.EPOCH, "boot");
    private final Map<String, Place> devices = new HashMap<>();
    private final List<List<String>> asked = new ArrayList<>();
    private final CachedPlaces places = new CachedPlaces(bus, time, 30_000, 100);

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void anAnswerIsKeptForAWhileAndThenAskedForAgain() {
        serve();
        own("d1", "g1");
        places.load(Set.of("d1"));
        own("d1", "g2");
        places.load(Set.of("d1"));
        assertThat(gateway("d1")).isEqualTo("g1");
        time.advance(Duration.ofSeconds(31));
        places.load(Set.of("d1"));
        assertThat(gateway("d1")).isEqualTo("g2");
        assertThat(asked).hasSize(2);
    }

    @Test
    void anUnknownDeviceIsAskedForAgainMuchSooner() {
        serve();
        places.load(Set.of("d1"));
        assertThat(places.get("d1")).isNull();
        own("d1", "g1");
        time.advance(Duration.ofSeconds(3));
        places.load(Set.of("d1"));
        assertThat(gateway("d1")).isEqualTo("g1");
    }

    @Test
    void aDoubtfulAnswerIsAskedForAnewHoweverYoungItIs() {
        serve();
        own("d1", "g1");
        places.load(Set.of("d1"));
        own("d1", "g2");
        places.loadAnew(Set.of("d1"));
        assertThat(gateway("d1")).isEqualTo("g2");
        assertThat(asked).hasSize(2);
    }

    @Test
    void whatWasJustLoadedIsThereHoweverMuchWasLoaded() {
        serve();
        Set<String> many = new HashSet<>();
        for (int i = 0; i < 1200; i++) {
            own("d" + i, "g1");
            many.add("d" + i);
        }
        places.load(many);
        assertThat(many).allSatisfy(d -> assertThat(gateway(d)).isEqualTo("g1"));
        assertThat(asked).allSatisfy(q -> assertThat(q).hasSizeLessThanOrEqualTo(500));
    }

    @Test
    void whenTheDevicesContextIsSilentFactsWait() {
        assertThatThrownBy(() -> places.load(Set.of("d1"))).isInstanceOf(Rejected.class);
    }

    private void serve() {
        bus.serveAsync(
                        DevicesApi.PLACES,
                        (call, q) -> {
                            asked.add(q.deviceIds());
                            return Future.succeededFuture(
                                    q.deviceIds().stream()
                                            .map(devices::get)
                                            .filter(Objects::nonNull)
                                            .toList());
                        })
                .completion()
                .await();
    }

    private void own(String device, String gateway) {
        devices.put(device, new Place(device, "/DEMO/", "pk", gateway, List.of()));
    }

    private String gateway(String device) {
        return Objects.requireNonNull(Objects.requireNonNull(places.get(device)).gateway());
    }
}
