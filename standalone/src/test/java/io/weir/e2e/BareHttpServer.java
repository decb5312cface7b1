package io.weir.e2e;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * The yardstick for posts over HTTP: vertx-web that reads the body, answers at once, and keeps
 * nothing.
 */
public final class BareHttpServer {
    private static final Buffer ANSWER =
            Buffer.buffer(
                    "{\"code\":0,\"message\":\"success\",\"info\":{\"messageId\":892687627916247040}}");

    private BareHttpServer() {}

    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        Vertx.vertx()
                .deployVerticle(() -> new Loop(port), new DeploymentOptions().setInstances(2))
                .await();
        System.out.println("READY");
    }

    private static final class Loop extends VerticleBase {
        private final int port;

        Loop(int port) {
            this.port = port;
        }

        @Override
        public Future<?> start() {
            Router router = Router.router(vertx);
            router.route().handler(BodyHandler.create(false));
            router.post("/topic/*")
                    .handler(
                            c ->
                                    c.response()
                                            .putHeader("Content-Type", "application/json")
                                            .putHeader(
                                                    "Content-Length",
                                                    String.valueOf(ANSWER.length()))
                                            .end(ANSWER));
            return vertx.createHttpServer().requestHandler(router).listen(port, "127.0.0.1");
        }
    }
}
