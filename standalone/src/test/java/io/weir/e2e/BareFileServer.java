package io.weir.e2e;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;

/** The yardstick for downloads: Vert.x that sends one file to everybody, whatever they ask for. */
public final class BareFileServer {
    private BareFileServer() {}

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
        private final String file;

        Loop(int port, String file) {
            this.port = port;
            this.file = file;
        }

        @Override
        public Future<?> start() {
            return vertx.createHttpServer()
                    .requestHandler(r -> r.response().sendFile(file))
                    .listen(port, "127.0.0.1");
        }
    }
}
