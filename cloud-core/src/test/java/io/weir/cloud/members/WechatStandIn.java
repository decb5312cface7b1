package io.weir.cloud.members;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.weir.runtime.json.Json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * WeChat's web login as its documents describe it: codes of one app, good once; errors with status
 * 200 in {@code errcode}; text/plain. Who agreed to what page gave the code is up to the test.
 */
public final class WechatStandIn implements AutoCloseable {
    public static final String APPID = "wx0123456789abcdef";
    public static final String SECRET = "wechat-app-secret";

    private record Grant(String openId, String nick, boolean used, boolean old) {}

    private final Map<String, Grant> codes = new HashMap<>();
    private final Map<String, Grant> tokens = new HashMap<>();
    private final HttpServer server;
    private int next;

    public WechatStandIn() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/sns/oauth2/access_token", e -> answer(e, token(query(e))));
        server.createContext("/sns/userinfo", e -> answer(e, info(query(e))));
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Somebody says yes on WeChat's page. */
    public synchronized String agree(String openId, String nick) {
        String code = "code" + next++;
        codes.put(code, new Grant(openId, nick, false, false));
        return code;
    }

    /** Five minutes go by. */
    public synchronized void expire(String code) {
        Grant grant = codes.get(code);
        codes.put(code, new Grant(grant.openId(), grant.nick(), grant.used(), true));
    }

    private synchronized Map<String, Object> token(Map<String, String> q) {
        if (!APPID.equals(q.get("appid"))) {
            return error(40013, "invalid appid");
        }
        if (!SECRET.equals(q.get("secret"))) {
            return error(40125, "invalid appsecret");
        }
        Grant grant = codes.get(q.get("code"));
        if (grant == null || !"authorization_code".equals(q.get("grant_type"))) {
            return error(40029, "invalid code");
        }
        if (grant.used()) {
            return error(40163, "code been used");
        }
        if (grant.old()) {
            return error(42003, "oauth_code expired");
        }
        codes.put(q.get("code"), new Grant(grant.openId(), grant.nick(), true, false));
        String token = "token" + next++;
        tokens.put(token, grant);
        return Map.of(
                "access_token",
                token,
                "expires_in",
                7200,
                "refresh_token",
                "refresh",
                "openid",
                grant.openId(),
                "scope",
                "snsapi_userinfo");
    }

    private synchronized Map<String, Object> info(Map<String, String> q) {
        Grant grant = tokens.get(q.get("access_token"));
        if (grant == null || !grant.openId().equals(q.get("openid"))) {
            return error(40001, "invalid credential");
        }
        return Map.of(
                "openid",
                grant.openId(),
                "nickname",
                grant.nick(),
                "sex",
                1,
                "headimgurl",
                "https://wx.example/" + grant.openId(),
                "unionid",
                "U" + grant.openId());
    }

    private static Map<String, Object> error(int code, String message) {
        return Map.of("errcode", code, "errmsg", message);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
            int at = pair.indexOf('=');
            fields.put(
                    pair.substring(0, at),
                    URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static void answer(HttpExchange exchange, Map<String, Object> body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            out.write(Json.bytes(body));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
