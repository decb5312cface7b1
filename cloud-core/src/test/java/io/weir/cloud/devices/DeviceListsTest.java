package io.weir.cloud.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.Tuple;
import io.weir.api.devices.DeviceOps.Sort;
import io.weir.cloud.devices.DeviceLists.Filter;
import io.weir.model.Page;
import io.weir.model.access.Scope;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Pages of random fleets are those that sorting all of a scope's devices gives. */
class DeviceListsTest {
    private static final long SEED = 20261123;
    private static final List<String> TENANTS =
            List.of("/DEMO/", "/DEMO/A/", "/DEMO/A/B/", "/DEMO/A0/", "/DEMO/C/", "/DEMP/", "/DEM/");

    private record Made(String id, String tenant, String name, int minute, int type) {}

    private static final List<Made> FLEET = new ArrayList<>();
    private static DevicesWorld world;

    @BeforeAll
    static void start() {
        world = new DevicesWorld();
        String one = world.devices(world.demo, 1).getFirst().path("device_id").asText();
        Random random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            Made made =
                    new Made(
                            "LIST%04d".formatted(i),
                            TENANTS.get(random.nextInt(TENANTS.size())),
                            "pump " + random.nextInt(20),
                            random.nextInt(30),
                            random.nextInt(3));
            FLEET.add(made);
            world.api.tx.system(
                    c ->
                            c.preparedQuery(
                                            """
                                            INSERT INTO devices.device (device_id, tenant, product_id, batch_id, device_name,
                                                device_secret, name, remark, type, confirmed, enabled, created_at)
                                            SELECT $1, $2, product_id, batch_id, $1, device_secret, $3, '', $4, true, true,
                                                timestamptz '2026-01-01' + make_interval(mins => $5)
                                            FROM devices.device WHERE device_id = $6
                                            """)
                                    .execute(
                                            Tuple.of(
                                                    made.id(),
                                                    made.tenant(),
                                                    made.name(),
                                                    (short) made.type(),
                                                    made.minute(),
                                                    one))
                                    .await());
        }
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    /** The device that the rest were made after is none of the fleet. */
    private static Filter filter(Integer type, String within) {
        return new Filter(false, "pump", null, null, type, null, null, within, null, null, null);
    }

    private static Page<DeviceRow> page(
            String scope, Filter filter, Sort sort, boolean falling, Paging paging) {
        Scope of = new Scope(scope, null);
        return world.api.tx.read(of, c -> DeviceLists.page(c, of, filter, sort, falling, paging));
    }

    private static List<String> expected(Predicate<Made> which, Sort sort, boolean falling) {
        Comparator<Made> order =
                switch (sort) {
                    case DEVICE_ID -> Comparator.comparing(Made::id);
                    case NAME -> Comparator.comparing(Made::name).thenComparing(Made::id);
                    case CREATE_TMS -> Comparator.comparing(Made::minute).thenComparing(Made::id);
                };
        return FLEET.stream()
                .filter(which)
                .sorted(falling ? order.reversed() : order)
                .map(Made::id)
                .toList();
    }

    @Test
    void everyPageIsWhatSortingAllGives() {
        for (String scope : TENANTS.subList(0, 5)) {
            for (Sort sort : Sort.values()) {
                for (boolean falling : new boolean[] {false, true}) {
                    for (Integer type : new Integer[] {null, 1}) {
                        List<String> all =
                                expected(
                                        m ->
                                                m.tenant().startsWith(scope)
                                                        && (type == null || m.type() == type),
                                        sort,
                                        falling);
                        List<String> read = new ArrayList<>();
                        for (int offset = 0; offset <= all.size(); offset += 7) {
                            Page<DeviceRow> page =
                                    page(
                                            scope,
                                            filter(type, null),
                                            sort,
                                            falling,
                                            new Paging(7, offset));
                            assertThat(page.total()).isEqualTo(all.size());
                            page.items().forEach(row -> read.add(row.id()));
                        }
                        assertThat(read)
                                .as("%s %s falling: %s, type %s", scope, sort, falling, type)
                                .isEqualTo(all);
                    }
                }
            }
        }
    }

    @Test
    void aVendorsListIsWithinTheScopeOrEmpty() {
        Paging first = new Paging(200, 0);
        assertThat(page("/DEMO/", filter(null, "/DEMO/A/"), Sort.NAME, false, first).items())
                .extracting(DeviceRow::id)
                .isEqualTo(expected(m -> m.tenant().startsWith("/DEMO/A/"), Sort.NAME, false));
        for (String beyond : List.of("/DEMP/", "/", "/DEM/")) {
            Page<DeviceRow> none =
                    page("/DEMO/", filter(null, beyond), Sort.DEVICE_ID, false, first);
            assertThat(none.total()).isZero();
            assertThat(none.items()).isEmpty();
        }
    }
}
