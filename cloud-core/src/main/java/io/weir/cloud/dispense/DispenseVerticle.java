package io.weir.cloud.dispense;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.weir.api.dispense.ChannelOps;
import io.weir.api.dispense.DispenseOps;
import io.weir.api.dispense.OperationsOps;
import io.weir.api.dispense.TariffOps;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.Time;

/** Answers the questions of this context. Runs on virtual threads. */
public final class DispenseVerticle extends VerticleBase {
    private final Bus bus;
    private final Tx tx;
    private final Time time;
    private final Metrics metrics;
    private final DispenseConfig config;

    public DispenseVerticle(Bus bus, Tx tx, Time time, Metrics metrics, DispenseConfig config) {
        this.bus = bus;
        this.tx = tx;
        this.time = time;
        this.metrics = metrics;
        this.config = config;
    }

    @Override
    public Future<?> start() {
        DispenseNews news = new DispenseNews(bus);
        DispenseBook book = new DispenseBook(tx, time, news);
        LedgerDesk ledger = new LedgerDesk(bus, tx, time, metrics, book);
        TariffDesk tariffs = new TariffDesk(bus);
        OperatorHandlers operator = new OperatorHandlers(tx, time, config, book, news);
        var channels = new ChannelHandlers(bus, tx, time, config);
        return Future.all(
                java.util.List.of(
                        bus.serve(
                                        DispenseOps.CREATE,
                                        new CreateDispenseHandler(bus, tx, time, config, book)
                                                ::handle)
                                .completion(),
                        bus.serve(DispenseOps.GET, new GetDispenseHandler(tx)::handle).completion(),
                        bus.serve(DispenseOps.LIST, new ListDispensesHandler(tx, config)::handle)
                                .completion(),
                        bus.serve(DispenseOps.STOP, new StopDispenseHandler(bus, tx)::handle)
                                .completion(),
                        bus.serve(
                                        DispenseOps.REFUND,
                                        new RefundDispenseHandler(tx, time, book, ledger)::handle)
                                .completion(),
                        bus.serve(
                                        DispenseOps.SETTLE,
                                        new SettleDispenseHandler(tx, time, book, news)::handle)
                                .completion(),
                        bus.serve(TariffOps.GET, new GetTariffHandler(tx, tariffs)::handle)
                                .completion(),
                        bus.serve(
                                        TariffOps.PUT,
                                        new PutTariffHandler(tx, time, tariffs, config)::handle)
                                .completion(),
                        bus.serve(
                                        OperationsOps.SUMMARY,
                                        new SummaryHandler(tx, time, config)::handle)
                                .completion(),
                        bus.serve(OperationsOps.UNATTRIBUTED, operator::listUnattributed)
                                .completion(),
                        bus.serve(
                                        OperationsOps.ACKNOWLEDGE_UNATTRIBUTED,
                                        operator::acknowledgeUnattributed)
                                .completion(),
                        bus.serve(OperationsOps.FAULTS, operator::listFaults).completion(),
                        bus.serve(OperationsOps.CLEAR_FAULT, operator::clearFault).completion(),
                        bus.serve(OperationsOps.ACKNOWLEDGE_OVERRUN, operator::acknowledgeOverrun)
                                .completion(),
                        bus.serve(OperationsOps.DEVICE_USE, new DeviceUseHandler(tx)::handle)
                                .completion(),
                        bus.serve(ChannelOps.OPEN, channels::open).completion(),
                        bus.serve(ChannelOps.LIST, channels::list).completion(),
                        bus.serve(ChannelOps.END, channels::end).completion(),
                        bus.serve(OperationsOps.USAGE, new UsageHandler(tx)::handle).completion(),
                        bus.serve(OperationsOps.DECLARE_LOST, operator::declareLost).completion()));
    }
}
