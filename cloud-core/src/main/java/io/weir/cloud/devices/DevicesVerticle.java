package io.weir.cloud.devices;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.devices.BatchOps;
import io.weir.api.devices.DeviceOps;
import io.weir.api.devices.DevicesApi;
import io.weir.api.devices.LifecycleOps;
import io.weir.api.devices.MessageOps;
import io.weir.api.devices.ProductOps;
import io.weir.api.devices.ProfileOps;
import io.weir.api.devices.RegistrationApi;
import io.weir.cloud.seal.SecretBox;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/** Serves the devices context. Virtual threads. */
public final class DevicesVerticle extends VerticleBase {
    /** Whoever was woken for nothing, or died, is found by this. */
    private static final long PRODUCTION_MS = 2_000;

    private final DevicesConfig config;
    private final Path data;
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private @Nullable Production production;

    /**
     * @param data the data folder, which the key file's name is relative to
     */
    public DevicesVerticle(DevicesConfig config, Path data, Bus bus, Tx tx, Time time) {
        this.config = config;
        this.data = data;
        this.bus = bus;
        this.tx = tx;
        this.time = time;
    }

    @Override
    public Future<?> start() {
        var gateways = new GatewayStore(tx);
        SecretBox box = SealingKey.open(data.resolve(config.keyFile()), gateways, time.now());
        gateways.ensureDefault(config.defaultGateway(), time.now());
        var tenants = new Tenants(bus);
        var announcer = new Announcer(bus);

        var gateway = new GatewayHandlers(tx, gateways, box, time, config);
        bus.serve(DevicesApi.CHANGES, gateway::changes);
        bus.serve(DevicesApi.LOOKUP, gateway::lookup);
        bus.serve(DevicesApi.EPOCHS, gateway::epochs);
        bus.serve(DeviceOps.EXPOSED, gateway::exposed);

        var views = new DeviceViews(bus, tenants);
        var reads = new DeviceReads(tx, tenants, views, bus, time);
        bus.serve(DevicesApi.DISPENSER, reads::dispenser);
        bus.serve(DevicesApi.MODEL, reads::model);
        bus.serve(DevicesApi.PLACES, reads::places);
        bus.serve(DevicesApi.OF_PRODUCT, reads::ofProduct);
        bus.serve(DeviceOps.LIST, reads::list);
        bus.serve(DeviceOps.OMS_LIST, reads::omsList);
        bus.serve(DeviceOps.OF_BATCH, reads::ofBatch);
        bus.serve(DeviceOps.GET, reads::get);
        bus.serve(DeviceOps.OMS_GET, reads::omsGet);
        bus.serve(DeviceOps.PUBLIC, reads::publicDevice);

        var notices = new SubNotices(tx, bus);
        TopologyPart.serve(bus, tx, box, announcer, notices, time, config.maxSubDevices());

        var changes = new DeviceChanges(tx, tenants, views, announcer, notices, time);
        bus.serve(DeviceOps.UPDATE, changes::update);
        bus.serve(DeviceOps.SET_STATE, changes::setState);
        bus.serve(DeviceOps.ASSIGN, changes::assign);
        var maker = new Maker(box);
        profiles(announcer, views, new UsageReads(bus, tenants, time));
        var enrol = new EnrolHandler(tx, maker, tenants, announcer, time);
        bus.serve(DeviceOps.REGISTER, enrol::handle);
        var lifecycle = new LifecycleHandlers(tx, tenants, announcer, changes, bus, time);
        bus.serve(LifecycleOps.MOVE, lifecycle::move);
        bus.serve(LifecycleOps.HISTORY, lifecycle::history);

        var commands = new CommandHandlers(tx, bus, time);
        bus.serve(DeviceOps.SET_PROPERTIES, commands::setProperties);
        bus.serve(DeviceOps.INVOKE, commands::invoke);

        var topics = new TopicHandlers(tx, announcer, time);
        bus.serve(MessageOps.TOPICS, topics::get);
        bus.serve(MessageOps.PUT_TOPICS, topics::put);
        var messages = new MessageHandlers(tx, bus, time);
        bus.serve(MessageOps.SEND, messages::send);
        bus.serve(MessageOps.ASK, messages::ask);
        bus.serve(MessageOps.BROADCAST, messages::broadcast);

        var register = new RegisterHandler(tx, box, announcer, time, config);
        bus.serve(RegistrationApi.REGISTER, register::handle);
        var arrivals = new ArrivalHandlers(tx, time);
        bus.serve(RegistrationApi.BOOTSTRAP, arrivals::bootstrap);
        bus.serve(RegistrationApi.HELLO, arrivals::hello);
        bus.serve(RegistrationApi.ACTIVATED, arrivals::activated);

        var products = new ProductReads(tx);
        bus.serve(ProductOps.ADD, new AddProductHandler(tx, box, tenants, time)::handle);
        bus.serve(ProductOps.UPDATE, new UpdateProductHandler(tx, box, announcer, time)::handle);
        bus.serve(ProductOps.DETAIL, products::detail);
        bus.serve(ProductOps.LIST, products::list);
        bus.serve(ProductOps.MODELS, products::models);
        bus.serve(ProductOps.REMOVE, new RemoveProductHandler(tx, announcer, time)::handle);

        var batches = new BatchHandlers(tx, box, time);
        Production large = new Production(tx, maker, announcer, time);
        production = large;
        Runnable wake = () -> context.runOnContext(v -> large.run());
        vertx.setPeriodic(PRODUCTION_MS, id -> large.run());
        var submit = new SubmitBatchHandler(tx, maker, wake, tenants, time, config.maxBatch());
        bus.serve(BatchOps.SUBMIT, submit::handle);
        bus.serve(BatchOps.CONFIRM, new ConfirmBatchHandler(tx, announcer, wake, time)::handle);
        bus.serve(BatchOps.CREDENTIALS, batches::credentials);
        bus.serve(BatchOps.DOWNLOAD, batches::download);
        bus.serve(BatchOps.DETAIL, batches::detail);
        bus.serve(BatchOps.UPDATE, batches::update);
        bus.serve(BatchOps.REMOVE, batches::remove);
        bus.serve(BatchOps.LIST, batches::list);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (production != null) {
            production.stop();
        }
        return Future.succeededFuture();
    }

    /** What is known of a device beside its model, and its end. */
    private void profiles(Announcer announcer, DeviceViews views, UsageReads usage) {
        var profiles = new ProfileHandlers(tx, bus, time, views, usage);
        bus.serve(ProfileOps.STATISTICS, profiles::statistics);
        var clear = new ClearHandler(tx, bus, new DeviceUses(bus), time);
        bus.serve(ProfileOps.CLEAR, clear::clear);
        bus.serve(ProfileOps.CONFIGURE, profiles::configure);
        bus.serve(ProfileOps.GET_BASICS, profiles::basics);
        bus.serve(ProfileOps.SET_BASICS, profiles::setBasics);
        bus.serve(ProfileOps.GET_SERVICE, profiles::service);
        bus.serve(ProfileOps.SET_SERVICE, profiles::setService);
        bus.serve(ProfileOps.GET_RUNNING, profiles::running);
        var deregister = new DeregisterHandler(tx, bus, announcer, time);
        bus.serve(ProfileOps.DEREGISTER, deregister::deregister);
        bus.serve(
                ProfileOps.OMS_REMOVE,
                (call, q) -> deregister.deregister(call, new ProfileOps.OfDevice(q.id())));
    }
}
