package io.weir.cloud.vendors;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.vendors.AgentOps;
import io.weir.api.vendors.SigningOps;
import io.weir.api.vendors.StaffOps;
import io.weir.api.vendors.VendorOps;
import io.weir.api.vendors.VendorsApi;
import io.weir.api.vendors.VendorsApi.Chain;
import io.weir.api.vendors.VendorsApi.GetByVid;
import io.weir.api.vendors.VendorsApi.GetChain;
import io.weir.api.vendors.VendorsApi.Tenant;
import io.weir.cloud.seal.SealingKeys;
import io.weir.model.problem.Rejected;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Wires the vendors context. On virtual threads. */
public final class VendorsVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(VendorsVerticle.class);

    private final VendorsConfig config;
    private final Path data;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Set<String> operations;

    /**
     * @param data folder of the key files
     * @param operations every operation of the contract that a right may name
     */
    public VendorsVerticle(
            VendorsConfig config, Path data, Bus bus, Tx tx, Time time, Set<String> operations) {
        this.config = config;
        this.data = data;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.operations = operations;
    }

    @Override
    public Future<?> start() {
        var create = new CreateTenantHandler(tx, time, config.zone());
        var vendors = new Vendors(tx, time, bus);
        var keys = new SealingKeys(data, config.keyFile(), config.oldKeyFile());
        var merchants = new Merchants(tx, vendors, keys);
        var births = new Births(tx, time, bus, vendors);
        var owners = new VendorHandlers(tx, time, bus, vendors, births, merchants, config.zone());
        var signing = new SigningHandlers(tx, time, vendors);
        vertx.setPeriodic(1000, config.sweep().toMillis(), t -> sweep(merchants, signing));
        return Future.all(
                bus.serve(VendorsApi.CHAIN, this::chain).completion(),
                bus.serve(VendorsApi.BY_VID, (call, q) -> byVid(q)).completion(),
                bus.serve(VendorsApi.WECHAT_APP, (call, q) -> merchants.wechat(q)).completion(),
                bus.serve(VendorOps.CREATE_TENANT, create::create).completion(),
                platform(owners, merchants),
                people(vendors, births, owners, signing));
    }

    private Future<?> platform(VendorHandlers owners, Merchants merchants) {
        return Future.all(
                List.of(
                        bus.serve(VendorOps.LIST, owners::list).completion(),
                        bus.serve(VendorOps.CREATE, owners::create).completion(),
                        bus.serve(VendorOps.GET, owners::get).completion(),
                        bus.serve(VendorOps.UPDATE, owners::update).completion(),
                        bus.serve(VendorOps.SET_PASSWORD, owners::password).completion(),
                        bus.serve(VendorOps.SET_MOBILE, owners::mobile).completion(),
                        bus.serve(VendorOps.SET_MERCHANT, merchants::set).completion(),
                        bus.serve(VendorOps.SET_OPTIONS, owners::options).completion(),
                        bus.serve(VendorOps.CLOSE, owners::close).completion()));
    }

    private Future<?> people(
            Vendors vendors, Births births, VendorHandlers owners, SigningHandlers signing) {
        var settings = new SettingsHandlers(tx, time, vendors);
        var agents = new AgentHandlers(tx, vendors, births, owners);
        var staff = new StaffHandlers(tx, time, bus, vendors);
        var roles = new RoleHandlers(tx, time, bus, operations);
        return Future.all(
                List.of(
                        bus.serve(VendorOps.GET_OWN, (call, q) -> vendors.own(call).vendor())
                                .completion(),
                        bus.serve(VendorOps.GET_SETTINGS, settings::get).completion(),
                        bus.serve(VendorOps.SET_SETTINGS, settings::set).completion(),
                        bus.serve(SigningOps.LIST, signing::list).completion(),
                        bus.serve(SigningOps.ADD, signing::add).completion(),
                        bus.serve(SigningOps.CHANGE, signing::change).completion(),
                        bus.serve(SigningOps.REMOVE, signing::remove).completion(),
                        bus.serve(AgentOps.LIST, agents::list).completion(),
                        bus.serve(AgentOps.ADD, agents::add).completion(),
                        bus.serve(AgentOps.GET, agents::get).completion(),
                        bus.serve(AgentOps.UPDATE, agents::update).completion(),
                        bus.serve(AgentOps.REMOVE, agents::remove).completion(),
                        bus.serve(StaffOps.LIST, staff::list).completion(),
                        bus.serve(StaffOps.ADD, staff::add).completion(),
                        bus.serve(StaffOps.UPDATE, staff::update).completion(),
                        bus.serve(StaffOps.REMOVE, staff::remove).completion(),
                        bus.serve(StaffOps.LIST_ROLES, roles::list).completion(),
                        bus.serve(StaffOps.ADD_ROLE, roles::add).completion(),
                        bus.serve(StaffOps.UPDATE_ROLE, roles::update).completion(),
                        bus.serve(StaffOps.REMOVE_ROLE, roles::remove).completion(),
                        bus.serve(StaffOps.MENUS, roles::menus).completion()));
    }

    private static void sweep(Merchants merchants, SigningHandlers signing) {
        try {
            boolean done;
            do {
                done = signing.sweep();
            } while (!done);
            do {
                done = merchants.reseal();
            } while (!done);
        } catch (Exception e) { // await() throws what a future failed with
            LOG.warn("signings and sealed secrets were not looked through, next time again", e);
        }
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
}
