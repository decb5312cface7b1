package io.weir.edge.http;

import static io.weir.edge.GatewayRig.await;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.devices.RegistrationApi;
import io.weir.api.devices.RegistrationApi.Endpoint;
import io.weir.api.devices.RegistrationApi.Form;
import io.weir.api.devices.RegistrationApi.Register;
import io.weir.api.devices.RegistrationApi.Registered;
import io.weir.edge.guard.Limits;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** What the C SDK's reader needs, byte by byte (facts: alink.md section 0, point 3), and curl. */
class HttpBytesTest {
    @TempDir private static Path folder;
    private static HttpRig rig;
    private static final List<Register> asked = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        rig = new HttpRig(folder, Limits.none());
        rig.gateway.link.answer(
                RegistrationApi.REGISTER,
                q -> {
                    asked.add(q);
                    return q.deviceName().equals("new-1")
                            ? new Registered(200, "success", "0123456789abcdef", null, null)
                            : Registered.refused(6289, "device is already active");
                });
        rig.gateway.link.answer(
                RegistrationApi.BOOTSTRAP,
                q ->
                        q.deviceName().equals("nobody")
                                ? new Endpoint(6100, "no such device", null, 0)
                                : new Endpoint(200, "success", "10.1.2.3", 1884));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static final String C_SDK =
            """
            POST /auth/bootstrap HTTP/1.1\r
            Host: iot-auth-global.aliyuncs.com\r
            Accept: text/xml,application/json;q=0.9,*/*;q=0.8\r
            Content-Type: application/x-www-form-urlencoded\r
            Content-Length: %d\r
            \r
            %s\
            """;

    @Test
    @Tag("cell:answers-readable-by-the-c-sdk/http/raw")
    void everyAnswerIsReadableByTheCSdk() {
        String fields =
                "productKey=pkDemo00001&deviceName=dev-01&clientId=pkDemo00001.dev-01&resources=mqtt";
        List<String> requests =
                List.of(
                        C_SDK.formatted(fields.length(), fields),
                        C_SDK.formatted(0, ""),
                        C_SDK.replace("/auth/bootstrap", "/auth/register/device")
                                .formatted(fields.length(), fields),
                        C_SDK.replace("/auth/bootstrap", "/auth").formatted(2, "{}"),
                        C_SDK.replace("/auth/bootstrap", "/topic/a").formatted(2, "{}"),
                        C_SDK.replace("/auth/bootstrap", "/nowhere").formatted(2, "{}"),
                        C_SDK.replace("/auth/bootstrap", "/topic/a@zz")
                                .formatted(2, "{}")
                                .replace("@", "%"),
                        C_SDK.replace(
                                        "POST /auth/bootstrap",
                                        "GET /auth/bootstrap/regionId/cn-shanghai")
                                .formatted(0, ""),
                        C_SDK.replace("/auth/bootstrap", "/auth").formatted(1_000_000, "{}"));
        for (String request : requests) {
            String reply = rig.raw(request);
            int end = reply.indexOf("\r\n\r\n");
            assertThat(end).as(request).isPositive();
            String[] header = reply.substring(0, end).split("\r\n");
            String body = reply.substring(end + 4);
            assertThat(header[0]).startsWith("HTTP/1.1 ");
            assertThat(header).allMatch(line -> line.length() < 128);
            assertThat(header)
                    .contains("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
            assertThat(reply.toLowerCase(java.util.Locale.ROOT)).doesNotContain("chunked");
            assertThat(body).startsWith("{\"code\":").endsWith("}");
        }
    }

    @Test
    @Tag("cell:bootstrap/http/java-http-client")
    void bootstrapAnswersAsTheSeedSays() {
        String fields =
                "productKey=pkDemo00001&deviceName=dev-01&timestamp=946684800000&version=default";
        String whole =
                "{\"code\":200,\"data\":{\"resources\":{\"mqtt\":{\"host\":\"10.1.2.3\",\"port\":1884}}},\"message\":\"success\"}";
        assertThat(bootstrap(fields)).isEqualTo(whole);
        assertThat(bootstrap(fields + "&resources=http,%20MQTT")).isEqualTo(whole);
        assertThat(bootstrap(fields + "&resources=http"))
                .isEqualTo("{\"code\":200,\"data\":{\"resources\":{}},\"message\":\"success\"}");
        assertThat(bootstrap(fields + "&clientId=" + "c".repeat(64))).isEqualTo(whole);
        assertThat(bootstrap(fields + "&clientId=" + "c".repeat(65)))
                .isEqualTo("{\"code\":460,\"message\":\"clientId is too long\"}");
        assertThat(bootstrap("deviceName=dev-01"))
                .isEqualTo("{\"code\":460,\"message\":\"productKey is missing or too long\"}");
        assertThat(bootstrap("productKey=a"))
                .isEqualTo("{\"code\":460,\"message\":\"deviceName is missing or too long\"}");
        assertThat(bootstrap("productKey=a&deviceName=nobody"))
                .isEqualTo("{\"code\":6100,\"message\":\"no such device\"}");
        assertThat(bootstrap("%zz=%")).startsWith("{\"code\":460,");
    }

    @Test
    @Tag("cell:registration/http/java-http-client")
    void registrationPassesOnWhatTheDeviceSigned() {
        String fields =
                "productKey=pkDemo00001&deviceName=new-1&random=123&sign=AB&signMethod=HmacMD5";
        assertThat(rig.form("/auth/register/device", fields))
                .isEqualTo(
                        "{\"code\":200,\"data\":{\"productKey\":\"pkDemo00001\",\"deviceName\":\"new-1\",\"deviceSecret\":\"0123456789abcdef\"},\"message\":\"success\"}");
        assertThat(asked)
                .contains(
                        new Register(
                                "gw-1",
                                Form.SECRET,
                                "pkDemo00001",
                                "new-1",
                                "123",
                                "AB",
                                "HmacMD5",
                                false,
                                "127.0.0.1"));
        assertThat(rig.form("/auth/register/device", fields.replace("new-1", "old-1")))
                .isEqualTo("{\"code\":6289,\"message\":\"device is already active\"}");
        assertThat(rig.form("/auth/register/device", fields.replace("random", "rnd")))
                .isEqualTo("{\"code\":460,\"message\":\"random is missing or too long\"}");
    }

    @Test
    void withTheCloudAwayBothSaySo() {
        rig.gateway.link.up(false);
        try {
            assertThat(bootstrap("productKey=a&deviceName=b")).startsWith("{\"code\":503,");
            assertThat(
                            rig.form(
                                    "/auth/register/device",
                                    "productKey=a&deviceName=b&random=1&sign=2&signMethod=hmacsha1"))
                    .startsWith("{\"code\":503,");
        } finally {
            rig.gateway.link.up(true);
        }
    }

    @Test
    @Tag("cell:login/http/curl")
    void curlGetsATokenAndPosts() throws Exception {
        String sign =
                io.weir.runtime.crypto.AlinkSign.SHA256.sign(
                        io.weir.edge.TestProducts.SECRET,
                        "clientIdcdeviceNamedev-02productKeypkDemo00001");
        String login =
                curl(
                        "-d",
                        HttpRig.auth("dev-02", sign),
                        "-H",
                        "Content-Type: application/json",
                        url("/auth"));
        assertThat(login)
                .startsWith("{\"code\":0,\"message\":\"success\",\"info\":{\"token\":\"1.");
        String token = login.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
        String reply =
                curl(
                        "-H",
                        "password: " + token,
                        "-H",
                        "Content-Type: application/octet-stream",
                        "--data-binary",
                        "{\"id\":1,\"params\":{\"temperature\":21.5}}",
                        url("/topic/sys/pkDemo00001/dev-02/thing/event/property/post"));
        assertThat(reply)
                .startsWith("{\"code\":0,\"message\":\"success\",\"info\":{\"messageId\":");
    }

    @Test
    void whoIsSlowIsCutOff() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", rig.port)) {
            socket.getOutputStream()
                    .write("POST /auth HTTP/1.1\r\n".getBytes(StandardCharsets.UTF_8));
            socket.setSoTimeout(6000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void theKeyOfTheTokensIsTheOwnersAlone() throws IOException {
        Path key = folder.resolve("data/http-token.key");
        await(() -> java.nio.file.Files.exists(key));
        assertThat(
                        java.nio.file.attribute.PosixFilePermissions.toString(
                                java.nio.file.Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + rig.port + path;
    }

    private static String curl(String... arguments) throws IOException, InterruptedException {
        var command = new java.util.ArrayList<>(List.of("curl", "-sS", "--max-time", "5"));
        command.addAll(List.of(arguments));
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static String bootstrap(String fields) {
        return rig.form("/auth/bootstrap", fields);
    }
}
