package io.weir.cloud.twin;

import io.vertx.sqlclient.SqlConnection;
import io.weir.runtime.audit.AuditStore;
import io.weir.runtime.bus.Call;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

/** What people do to a device's twin, for the audit log. */
final class Deeds {
    private final Time time;

    Deeds(Time time) {
        this.time = time;
    }

    /**
     * @param action behind {@code twin.}
     */
    void add(
            SqlConnection c,
            Call call,
            Own own,
            String action,
            @Nullable Object before,
            @Nullable Object after) {
        AuditStore.add(
                c,
                call,
                time.now(),
                own.tenant(),
                "twin." + action,
                "device:" + own.deviceId(),
                before,
                after);
    }
}
