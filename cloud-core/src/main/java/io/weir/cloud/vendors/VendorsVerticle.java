package io.weir.cloud.vendors;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.vendors.VendorOps;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.Chain;
import io.weir.api.vendors.VendorsApi.GetByVid;
import io.weir.api.vendors.VendorsApi.GetChain;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/** Wires the vendors context. On virtual threads. */
public final class VendorsVerticle extends VerticleBase {
    private final VendorsConfig config;
    private final Bus bus;
    private final Tx tx;
    private final Time time;

    public VendorsVerticle(VendorsConfig config, Bus bus, Tx tx, Time time) {
        this.config = config;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
    }

    @Override
    public Future<?> start() {
        var create = new CreateTenantHandler(tx, time, config.zone());
        return Future.all(
                bus.serve(VendorsApi.CHAIN, this::chain).completion(),
                bus.serve(VendorsApi.BY_VID, (call, q) -> byVid(q)).completion(),
                bus.serve(VendorOps.GET_OWN, (call, request) -> own(call)).completion(),
                bus.serve(VendorOps.CREATE_TENANT, create::create).completion());
    }

    /**
     * The tenants above somebody are outside their scope, so this reads as the system, after
     * checking that the path is within the caller's own branch.
     */
    private Chain chain(Call call, GetChain request) {
        if (!call.scope().covers(request.tenant())) {
            throw Rejected.notFound("tenant " + request.tenant());
        }
        return tx.system(
                c ->
                        new Chain(
                                TenantStore.above(c, request.tenant()),
                                TenantStore.partner(c, request.tenant())));
    }

    /** Asked before anybody is logged in: only that it is there. */
    private Tenant byVid(GetByVid q) {
        Tenant vendor = tx.system(c -> TenantStore.activeVendor(c, q.vid()));
        if (vendor == null) {
            throw Rejected.notFound("vendor " + q.vid());
        }
        return vendor;
    }

    private Tenant own(Call call) {
        Tenant own = tx.run(call.scope(), c -> TenantStore.at(c, call.scope().path()));
        if (own == null) {
            throw Rejected.notFound("tenant " + call.scope().path());
        }
        return own;
    }
}
