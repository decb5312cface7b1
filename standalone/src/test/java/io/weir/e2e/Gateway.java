package io.weir.e2e;

import io.weir.edge.EdgeMain;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A gateway of its own name, folder and ports, as a process that can be killed. */
final class Gateway implements AutoCloseable {
    private final String name;
    private final Map<String, String> env;
    private JavaProcess process;

    Gateway(String name, Map<String, String> env, Path data) {
        this.name = name;
        this.env = env;
        env.put("WEIR_DATA", data.toString());
        env.put("WEIR_REGISTRY_KEY_FILE", data + ".edge.key");
        env.put("WEIR_MQTT_PORT", String.valueOf(Platform.freePort()));
        env.put("WEIR_EDGE_MANAGEMENT_PORT", String.valueOf(Platform.freePort()));
        env.put("WEIR_EDGE_HTTP_PORT", String.valueOf(Platform.freePort()));
    }

    String mqtt() {
        return "127.0.0.1:" + env.get("WEIR_MQTT_PORT");
    }

    Gateway start() {
        process = JavaProcess.start(name, EdgeMain.class, env, List.of(), "400m");
        process.await("READY", Platform.START);
        return this;
    }

    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
