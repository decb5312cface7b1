package io.weir.cloud.ledger;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.weir.api.Op;
import io.weir.api.ledger.LedgerApi;
import io.weir.api.ledger.WalletOps;
import io.weir.cloud.TestPostgres;
import io.weir.model.Money;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;
import io.weir.runtime.bus.Bus;
import io.weir.runtime.bus.Call;
import io.weir.runtime.metrics.Metrics;
import io.weir.runtime.sql.Db;
import io.weir.runtime.sql.Tx;
import io.weir.runtime.time.ManualTime;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The ledger as it runs: verticles, bus, real PostgreSQL; time stands still. */
final class LedgerHouse implements AutoCloseable {
    static final LedgerConfig CONFIG = new LedgerConfig(256, 5_000, 2, Duration.ofDays(7));

    final Vertx vertx = Vertx.vertx();
    final String uri = TestPostgres.fresh();
    final Db db = TestPostgres.connect(vertx, uri);
    final Tx tx = new Tx(db);
    final Bus bus = new Bus(vertx);
    final Metrics metrics = new Metrics();
    final ManualTime time = new ManualTime(Instant.parse("2026-01-01T00:00:00Z"), "test");
    private final Pool owner =
            PgBuilder.pool()
                    .connectingTo(PgConnectOptions.fromUri(uri))
                    .with(new PoolOptions().setMaxSize(2))
                    .using(vertx)
                    .build();

    /** As many ledgers as told, on one database. */
    LedgerHouse serve(int verticles, LedgerConfig config) {
        for (int i = 0; i < verticles; i++) {
            vertx.deployVerticle(
                            () -> new LedgerVerticle(config, bus, db, time, metrics),
                            new DeploymentOptions()
                                    .setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                    .await();
        }
        return this;
    }

    /** As the database's owner, whom nothing stops. */
    void plant(String sql) {
        owner.query(sql).execute().await();
    }

    long number(String sql) {
        return owner.query(sql).execute().await().iterator().next().getLong(0);
    }

    <Q, R> R ask(Op<Q, R> op, Q request, Call call) {
        return bus.call(op, request, call).await();
    }

    <Q, R> R ask(Op<Q, R> op, Q request) {
        return ask(op, request, Call.system("test"));
    }

    static Call member(String uid, String key) {
        return new Call(new Actor(uid, Role.MEMBER, Scope.member(Asks.VENDOR, uid)), key, "test");
    }

    static Call vendor(String path) {
        return new Call(new Actor("boss", Role.VENDOR, Scope.tenant(path)), null, "test");
    }

    WalletOps.ToppedUp topUp(String uid, long fen) {
        return ask(
                WalletOps.TOP_UP,
                new WalletOps.TopUp(uid, Money.ofFen(fen), "lab"),
                member(uid, UUID.randomUUID().toString()));
    }

    WalletOps.Wallet wallet(String uid) {
        return ask(WalletOps.GET, new WalletOps.GetWallet(uid), member(uid, null));
    }

    String hold(String key, String uid, long fen) {
        return ask(
                        LedgerApi.HOLD,
                        new LedgerApi.Hold(
                                key, Asks.VENDOR, uid, Money.ofFen(fen), "dispense:" + key))
                .hold();
    }

    LedgerApi.Captured capture(String key, String hold, long fen) {
        return ask(LedgerApi.CAPTURE, new LedgerApi.Capture(key, hold, Asks.legs(fen)));
    }

    LedgerProof proof() {
        return new LedgerProof(tx, time, 50, 1_000);
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
