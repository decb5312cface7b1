package io.weir.cloud.members;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.weir.api.members.MemberOps.Weixin;
import io.weir.api.vendors.VendorsApi.WechatApp;
import io.weir.model.problem.FieldError;
import io.weir.model.problem.Rejected;
import io.weir.runtime.time.Time;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * WeChat's web login (OAuth 2): the code that its page gave for an access token and an OpenID, and
 * with it who it is. Answers come as text/plain with errors in {@code errcode} and status 200.
 */
final class WechatClient {
    private static final Logger LOG = LoggerFactory.getLogger(WechatClient.class);
    private static final int TIMEOUT_MS = 5000;

    /** Invalid, used, expired. */
    private static final Set<Integer> BAD_CODES = Set.of(40029, 40163, 42003);

    private final WebClient client;
    private final Time time;
    private final String base;

    WechatClient(Vertx vertx, Time time, URI base) {
        this.client = WebClient.create(vertx, new WebClientOptions().setConnectTimeout(TIMEOUT_MS));
        this.time = time;
        this.base = base.toString();
    }

    Weixin who(WechatApp app, String code) {
        JsonObject token =
                ask(
                        "/sns/oauth2/access_token",
                        "appid",
                        app.appid(),
                        "secret",
                        app.secret(),
                        "code",
                        code,
                        "grant_type",
                        "authorization_code");
        String openId = token.getString("openid");
        // A page that asked for snsapi_base alone may not see who it is.
        JsonObject info =
                token.getString("scope", "").contains("snsapi_userinfo")
                        ? ask(
                                "/sns/userinfo",
                                "access_token",
                                token.getString("access_token"),
                                "openid",
                                openId,
                                "lang",
                                "zh_CN")
                        : new JsonObject();
        return new Weixin(
                info.getString("nickname", ""),
                info.getString("headimgurl", ""),
                info.getInteger("sex", 0),
                time.now(),
                openId,
                info.getString("unionid", token.getString("unionid")));
    }

    private JsonObject ask(String path, String... query) {
        JsonObject answer;
        try {
            var request = client.getAbs(base + path).timeout(TIMEOUT_MS);
            for (int i = 0; i < query.length; i += 2) {
                request.addQueryParam(query[i], query[i + 1]);
            }
            answer = new JsonObject(request.send().await().bodyAsString());
        } catch (Exception e) { // await() throws what the future failed with
            LOG.warn("WeChat did not answer {}", path, e);
            throw unavailable();
        }
        int fault = answer.getInteger("errcode", 0);
        if (BAD_CODES.contains(fault)) {
            throw new Rejected(
                    MembersError.BAD_WECHAT_CODE,
                    "WeChat doesn't take this code: begin anew at its page",
                    List.of(new FieldError("code", "is unknown to WeChat, used or too old")));
        }
        if (fault != 0) {
            LOG.warn("WeChat refused {}: {} {}", path, fault, answer.getString("errmsg"));
            throw unavailable();
        }
        return answer;
    }

    private static Rejected unavailable() {
        return new Rejected(MembersError.WECHAT_UNAVAILABLE, "WeChat can't be asked now");
    }
}
