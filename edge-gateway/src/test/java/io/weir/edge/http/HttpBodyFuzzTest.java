package io.weir.edge.http;

import static io.weir.edge.TestProducts.DN;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.weir.edge.Fuzz;
import io.weir.edge.GatewayRig;
import io.weir.edge.Leaks;
import io.weir.edge.guard.Limits;
import io.weir.runtime.json.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Bodies and paths of any content into the real HTTP port: every request has one answer, in time,
 * with a body as long as it says, and one that our own devices can read.
 */
class HttpBodyFuzzTest {
    private static final String JSON = "application/json";
    private static final String[] PATHS = {
        "/auth",
        "/auth/register/device",
        "/auth/bootstrap",
        "/auth/bootstrap/notify",
        "/topic" + GatewayRig.topic(DN, "event/property/post"),
        "/topic" + GatewayRig.topic(DN, "event/fault/post"),
        "/topic" + GatewayRig.topic(DN, "deviceinfo/update"),
    };

    @TempDir static Path folder;
    private static Leaks leaks;
    private static HttpRig rig;
    private static String token;

    @BeforeAll
    static void start() {
        leaks = new Leaks();
        rig = new HttpRig(folder, Limits.none());
        token = rig.token(DN);
    }

    @AfterAll
    static void stop() {
        rig.close();
        leaks.none();
    }

    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void requests(byte[] input) throws IOException {
        if (input.length < 1) {
            return;
        }
        int choice = input[0] & 0xff;
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        if (choice == 0xff) {
            bytes(rest);
            return;
        }
        String path = PATHS[choice % PATHS.length];
        String type = choice % 2 == 0 ? JSON : HttpRig.FORM;
        String reply = answer(path, type, rest);
        assertThat(reply).startsWith("HTTP/1.1 ").contains("Content-Length: ");
        int body = reply.indexOf("\r\n\r\n") + 4;
        String length = reply.substring(reply.indexOf("Content-Length: ") + 16);
        assertThat(reply.length() - body)
                .isEqualTo(Integer.parseInt(length.substring(0, length.indexOf('\r'))));
        if (reply.startsWith("HTTP/1.1 200")) {
            assertThat(Json.tree(reply.substring(body)).path("code").isInt()).as(reply).isTrue();
        } else {
            assertThat(reply.substring(9, 12)).as(reply).isIn("400", "404", "405", "413", "415");
        }
    }

    private static String answer(String path, String type, byte[] body) throws IOException {
        String head =
                "POST %s HTTP/1.1\r\nHost: g\r\nContent-Type: %s\r\nContent-Length: %d\r\npassword: %s\r\nConnection: close\r\n\r\n"
                        .formatted(path, type, body.length, token);
        var request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        try (Socket socket = new Socket("127.0.0.1", rig.port)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.toByteArray());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Bytes that are no request: whatever becomes of them, the next one is answered. */
    private static void bytes(byte[] rest) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", rig.port)) {
            socket.getOutputStream().write(rest);
            socket.shutdownOutput();
        }
        assertThat(answer("/auth", JSON, "{}".getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 ");
    }
}
