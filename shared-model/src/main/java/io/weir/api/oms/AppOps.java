package io.weir.api.oms;

import io.weir.api.Done;
import io.weir.api.Op;
import io.weir.model.Page;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** Apps of enterprises that use OMS: their credentials (O-010) and their tokens (OMS 6.1). */
public interface AppOps {
    Op<ListApps, Page<App>> LIST = Op.paged("oms.apps.list.v1", ListApps.class, App.class);

    /** The secret stands in this answer and nowhere else. */
    Op<IssueApp, Credentials> ISSUE = Op.of("oms.apps.issue.v1", IssueApp.class, Credentials.class);

    /** A new secret; the one before is good for a while longer. */
    Op<GetApp, Credentials> ROTATE = Op.of("oms.apps.rotate.v1", GetApp.class, Credentials.class);

    /** For ever: its tokens end at once. */
    Op<GetApp, Done> REVOKE = Op.of("oms.apps.revoke.v1", GetApp.class, Done.class);

    Op<GetToken, Token> TOKEN = Op.of("oms.token.v1", GetToken.class, Token.class);

    record ListApps(@Nullable String vid, int limit, int offset) {}

    /**
     * @param vid of the vendor that it belongs to; null = the platform's own
     */
    record IssueApp(@Nullable String vid, String name) {}

    record GetApp(String appId) {}

    record App(
            String appId,
            @Nullable String vid,
            String name,
            boolean revoked,
            @Nullable Instant oldSecretEndTms,
            Instant createTms) {}

    record Credentials(String appId, String secret) {
        @Override
        public String toString() {
            return "Credentials[appId=" + appId + "]";
        }
    }

    /**
     * @param timestamp seconds or milliseconds of the epoch; the nonce of the seed: good once
     * @param sign hex of MD5(app_id + timestamp + secret), or of HMAC-SHA256(secret, app_id +
     *     timestamp)
     */
    record GetToken(String appId, String timestamp, String sign, String signMethod) {}

    /**
     * @param expiresIn seconds
     */
    record Token(String token, int expiresIn) {
        @Override
        public String toString() {
            return "Token[]";
        }
    }
}
