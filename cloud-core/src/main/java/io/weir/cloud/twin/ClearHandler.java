package io.weir.cloud.twin;

import io.weir.api.Done;
import io.weir.api.twin.TwinApi.ClearDevice;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;

/** A device goes back to what it was when it left the factory; who asks has checked it. */
final class ClearHandler {
    private final Tx tx;

    ClearHandler(Tx tx) {
        this.tx = tx;
    }

    Done clear(Call call, ClearDevice q) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the system clears a device");
        }
        tx.system(
                c -> {
                    ClearStore.clear(c, q.deviceId());
                    return q;
                });
        return Done.DONE;
    }
}
