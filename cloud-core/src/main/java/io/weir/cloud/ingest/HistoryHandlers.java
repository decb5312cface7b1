package io.weir.cloud.ingest;

import io.weir.api.Done;
import io.weir.api.devices.DevicesApi.Place;
import io.weir.api.ingest.IngestApi.ClearDevice;
import io.weir.api.ingest.IngestOps.EventLog;
import io.weir.api.ingest.IngestOps.GetProperties;
import io.weir.api.ingest.IngestOps.ListLogs;
import io.weir.api.ingest.IngestOps.PropertyLog;
import io.weir.api.ingest.IngestOps.PropertyValue;
import io.weir.api.sharing.SharingApi;
import io.weir.api.sharing.SharingApi.GetAccess;
import io.weir.api.sharing.SharingApi.Right;
import io.weir.cloud.facts.Places;
import io.weir.model.Page;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

import java.util.List;
import java.util.Set;

/**
 * Answers for what a device said; a device of another tenant is as unknown as one that never was.
 */
final class HistoryHandlers {
    /** Rows that PostgreSQL may be made to skip. */
    private static final long DEEPEST = 100_000;

    private final Bus bus;
    private final Tx tx;
    private final Places places;

    HistoryHandlers(Bus bus, Tx tx, Places places) {
        this.bus = bus;
        this.tx = tx;
        this.places = places;
    }

    List<PropertyValue> properties(Call call, GetProperties q) {
        checkDevice(call, q.deviceId());
        if (call.actor().isMember() && !mayView(call, q.deviceId())) {
            throw Rejected.notFound("device " + q.deviceId());
        }
        return tx.read(call.scope(), c -> HistoryStore.properties(c, call.scope(), q.deviceId()));
    }

    Page<PropertyLog> propertyLogs(Call call, ListLogs q) {
        checkDevice(call, q.id());
        return tx.run(
                call.scope(),
                c -> HistoryStore.posts(c, call.scope(), q.id(), q.pageSize(), offset(q)));
    }

    Page<EventLog> eventLogs(Call call, ListLogs q) {
        checkDevice(call, q.id());
        return tx.run(
                call.scope(),
                c -> HistoryStore.events(c, call.scope(), q.id(), q.pageSize(), offset(q)));
    }

    /** Who asks has checked the device; posts that are on their way still come. */
    Done clear(Call call, ClearDevice q) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the system clears a device");
        }
        tx.system(
                c -> {
                    IngestStore.clear(c, q.deviceId());
                    return q;
                });
        return Done.DONE;
    }

    private boolean mayView(Call call, String device) {
        return bus.call(
                        SharingApi.ACCESS,
                        new GetAccess(device, call.actor().uid()),
                        Call.system(call.requestId()))
                .await()
                .may(Right.VIEW);
    }

    private void checkDevice(Call call, String device) {
        places.load(Set.of(device));
        Place place = places.get(device);
        if (place == null || !call.scope().covers(place.tenant())) {
            throw Rejected.notFound("device " + device);
        }
    }

    private static long offset(ListLogs q) {
        long offset = (q.page() - 1L) * q.pageSize();
        if (offset > DEEPEST) {
            throw Rejected.invalid("page", "must not reach beyond the newest " + DEEPEST + " rows");
        }
        return offset;
    }
}
