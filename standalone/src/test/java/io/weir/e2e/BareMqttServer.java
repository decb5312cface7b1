package io.weir.e2e;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;

/**
 * The yardstick below which no server on this stack can be: accepts everybody, acknowledges at
 * once, keeps nothing.
 */
public final class BareMqttServer {
    private BareMqttServer() {}

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
            var options =
                    new MqttServerOptions()
                            .setHost("127.0.0.1")
                            .setPort(port)
                            .setMaxMessageSize(65_536)
                            .setMaxClientIdLength(1024);
            return MqttServer.create(vertx, options)
                    .endpointHandler(
                            e -> {
                                e.publishHandler(m -> e.publishAcknowledge(m.messageId()));
                                e.accept(false);
                            })
                    .listen();
        }
    }
}
