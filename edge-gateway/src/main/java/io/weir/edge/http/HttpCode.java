package io.weir.edge.http;

/** What devices hear over HTTP (facts: alink.md section 3). */
final class HttpCode {
    static final int OK = 0;
    static final int FAILED = 10_000;
    static final int BAD_PARAMETER = 10_001;
    static final int AUTH_FAILED = 20_000;
    static final int TOKEN_EXPIRED = 20_001;
    static final int NO_TOKEN = 20_002;
    static final int WRONG_TOKEN = 20_003;
    static final int NOT_PUBLISHED = 30_001;
    static final int TOO_MANY = 40_000;

    /** Of registration and bootstrap: a field is missing or wrong. */
    static final int BAD_FIELD = 460;

    /** Of registration and bootstrap: nobody can tell now. */
    static final int NOT_NOW = 503;

    private HttpCode() {}

    static String message(int code) {
        return switch (code) {
            case OK -> "success";
            case BAD_PARAMETER -> "param error";
            case AUTH_FAILED -> "auth check error";
            case TOKEN_EXPIRED -> "token is expired";
            case NO_TOKEN -> "token is null";
            case WRONG_TOKEN -> "check token error";
            case NOT_PUBLISHED -> "publish message error";
            case TOO_MANY -> "too many requests";
            default -> "common error";
        };
    }
}
