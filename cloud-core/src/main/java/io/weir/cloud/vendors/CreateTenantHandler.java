package io.weir.cloud.vendors;

import io.weir.api.vendors.VendorOps.CreateTenant;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.model.access.Role;
import io.weir.model.problem.CommonError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/** Creates a tenant in its place of the tree; asked again it answers the one that is there. */
final class CreateTenantHandler {
    private final Tx tx;
    private final Time time;
    private final String usualZone;

    CreateTenantHandler(Tx tx, Time time, String usualZone) {
        this.tx = tx;
        this.time = time;
        this.usualZone = usualZone;
    }

    Tenant create(Call call, CreateTenant request) {
        if (call.actor().role() != Role.PLATFORM) {
            throw new Rejected(CommonError.FORBIDDEN, "only the platform creates tenants");
        }
        Tree.kind(request.kind());
        Tree.code(request.code());
        if (request.name().isBlank() || request.name().length() > 64) {
            throw Rejected.invalid("name", "must have 1 to 64 characters");
        }
        String path = request.parent() + request.code() + "/";
        return tx.system(
                c -> {
                    boolean top = request.parent().equals("/");
                    Tenant parent = top ? null : TenantStore.at(c, request.parent());
                    Tree.below(
                            request.kind(), top ? Tree.TOP : parent == null ? null : parent.kind());
                    String zone =
                            Tree.zone(request.zone(), parent == null ? usualZone : parent.zone());
                    var fresh =
                            new Tenant(Tree.number(), path, request.kind(), request.name(), zone);
                    TenantStore.create(c, fresh, request.parent(), 2, time.now());
                    Tenant there = TenantStore.at(c, path); // null: it was closed, for ever
                    if (there == null || !there.kind().equals(request.kind())) {
                        throw Tree.taken();
                    }
                    return there;
                });
    }
}
