package io.weir.bench;

import io.weir.e2e.BareMqttServer;
import io.weir.e2e.DeviceLogin;
import io.weir.e2e.JavaProcess;
import io.weir.e2e.Platform;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The yardstick: vertx-mqtt in a process of its own that acknowledges and does nothing else. */
record BareServer(JavaProcess process, String mqtt) implements AutoCloseable {
    private static final String HEAP = "400m";

    static BareServer start() {
        int port = Platform.freePort();
        JavaProcess process =
                JavaProcess.start(
                        "bare",
                        BareMqttServer.class,
                        Map.of(),
                        List.of(String.valueOf(port)),
                        HEAP);
        return new BareServer(process.await("READY", Platform.START), "127.0.0.1:" + port);
    }

    /** It asks nobody for a password, as mosquitto here doesn't either. */
    static List<DeviceLogin> anonymous(int devices) {
        return IntStream.range(0, devices).mapToObj(DeviceLogin::anonymous).toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
