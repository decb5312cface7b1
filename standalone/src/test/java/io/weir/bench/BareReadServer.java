package io.weir.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/**
 * The yardstick for single reads: vertx-web that asks PostgreSQL one prepared query for the row of
 * a device and answers it as JSON. No token, no tenant, no check.
 */
public final class BareReadServer {
    private static final String QUERY =
            "SELECT device_id, name, remark, type, confirmed, enabled, created_at, activated_at"
                    + " FROM devices.device WHERE device_id = $1";

    private BareReadServer() {}

    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        Vertx.vertx()
                .deployVerticle(
                        () -> new Loop(port, args[1]), new DeploymentOptions().setInstances(2))
                .await();
        System.out.println("READY");
    }

    private static final class Loop extends VerticleBase {
        private final int port;
        private final String pgUri;

        Loop(int port, String pgUri) {
            this.port = port;
            this.pgUri = pgUri;
        }

        @Override
        public Future<?> start() {
            Pool pool =
                    PgBuilder.pool()
                            .with(new PoolOptions().setMaxSize(16))
                            .connectingTo(
                                    PgConnectOptions.fromUri(pgUri)
                                            .setCachePreparedStatements(true))
                            .using(vertx)
                            .build();
            Router router = Router.router(vertx);
            router.get("/devices/:id")
                    .handler(
                            c ->
                                    pool.preparedQuery(QUERY)
                                            .execute(Tuple.of(c.pathParam("id")))
                                            .onComplete(
                                                    rows -> c.json(json(rows.iterator().next())),
                                                    c::fail));
            return vertx.createHttpServer().requestHandler(router).listen(port, "127.0.0.1");
        }

        private static JsonObject json(Row row) {
            return new JsonObject()
                    .put("device_id", row.getString(0))
                    .put("name", row.getString(1))
                    .put("remark", row.getString(2))
                    .put("type", row.getInteger(3))
                    .put("confirmed", row.getBoolean(4))
                    .put("enabled", row.getBoolean(5))
                    .put("created_at", String.valueOf(row.getOffsetDateTime(6)))
                    .put("activated_at", String.valueOf(row.getOffsetDateTime(7)));
        }
    }
}
