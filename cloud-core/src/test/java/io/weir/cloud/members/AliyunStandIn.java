package io.weir.cloud.members;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.weir.runtime.json.Json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Aliyun's SMS endpoint as its documents describe it: verifies signature, time and nonce by itself,
 * knows one key, limits a number when it is told to, and remembers what it delivered.
 */
final class AliyunStandIn implements AutoCloseable {
    static final String KEY = "LTAItestkey";
    static final String SECRET = "test-secret-of-the-key";

    record Message(String mobile, String sign, String template, String code) {}

    final List<Message> delivered = new CopyOnWriteArrayList<>();
    private final Set<String> limited = new HashSet<>();
    private final Set<String> nonces = new HashSet<>();
    private final HttpServer server;

    AliyunStandIn() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void limit(String mobile) {
        limited.add(mobile);
    }

    /** What was sent to a mobile last. */
    String code(String mobile) {
        return delivered.reversed().stream()
                .filter(m -> m.mobile().equals(mobile))
                .findFirst()
                .orElseThrow()
                .code();
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String raw = exchange.getRequestURI().getRawQuery();
        Map<String, String> encoded = new TreeMap<>();
        Map<String, String> fields = new HashMap<>();
        for (String pair : raw.split("&")) {
            int at = pair.indexOf('=');
            encoded.put(pair.substring(0, at), pair.substring(at + 1));
            fields.put(
                    pair.substring(0, at),
                    URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
        }
        String fault = fault(encoded, fields);
        if (fault.equals("OK")) {
            delivered.add(
                    new Message(
                            fields.get("PhoneNumbers"),
                            fields.get("SignName"),
                            fields.get("TemplateCode"),
                            Json.tree(fields.get("TemplateParam")).path("code").asText()));
        }
        byte[] body =
                Json.bytes(Map.of("Code", fault, "Message", fault, "RequestId", "r", "BizId", "b"));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(fault.equals("OK") || fault.startsWith("isv") ? 200 : 400, 0);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private String fault(Map<String, String> encoded, Map<String, String> fields) {
        if (!KEY.equals(fields.get("AccessKeyId"))) {
            return "InvalidAccessKeyId.NotFound";
        }
        if (!"SendSms".equals(fields.get("Action"))
                || !"2017-05-25".equals(fields.get("Version"))) {
            return "InvalidAction.NotFound";
        }
        String signature = fields.get("Signature");
        Map<String, String> rest = new TreeMap<>(encoded);
        rest.remove("Signature");
        StringBuilder text = new StringBuilder();
        rest.forEach(
                (k, v) -> text.append(text.isEmpty() ? "" : "&").append(k).append('=').append(v));
        if (!sign("GET&%2F&"
                        + text.toString()
                                .replace("%", "%25")
                                .replace("=", "%3D")
                                .replace("&", "%26"))
                .equals(signature)) {
            return "SignatureDoesNotMatch";
        }
        Duration age =
                Duration.between(Instant.parse(fields.get("Timestamp")), Instant.now()).abs();
        if (age.compareTo(Duration.ofMinutes(15)) > 0) {
            return "InvalidTimeStamp.Expired";
        }
        if (!nonces.add(fields.get("SignatureNonce"))) {
            return "SignatureNonceUsed";
        }
        return limited.contains(fields.get("PhoneNumbers")) ? "isv.BUSINESS_LIMIT_CONTROL" : "OK";
    }

    private static String sign(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(
                    new SecretKeySpec((SECRET + "&").getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
