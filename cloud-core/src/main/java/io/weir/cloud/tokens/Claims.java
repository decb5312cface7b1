package io.weir.cloud.tokens;

import io.vertx.core.json.JsonObject;
import io.weir.model.access.Actor;
import io.weir.model.access.Role;
import io.weir.model.access.Scope;

/**
 * What an access token says.
 *
 * @param path tenant path of the account
 * @param sid the session, which may be ended before the token is
 * @param oms of an app: good for OMS's operations and nothing else
 * @param own only of the tenant itself, not of those below; the door says so, no token does
 */
public record Claims(String uid, Role role, String path, String sid, boolean oms, boolean own) {
    private static final String USE = "use";
    private static final String OMS = "oms";

    public Claims(String uid, Role role, String path, String sid) {
        this(uid, role, path, sid, false, false);
    }

    /** Of an app that acts for its tenant. */
    public static Claims oms(String appId, Role role, String path, String sid) {
        return new Claims(appId, role, path, sid, true, false);
    }

    public JsonObject json() {
        JsonObject json =
                new JsonObject()
                        .put("sub", uid)
                        .put("uid", uid)
                        .put("role", role.name())
                        .put("path", path)
                        .put("sid", sid);
        return oms ? json.put(USE, OMS) : json;
    }

    /** Throws when a claim is missing or no role of ours, or when the token would never end. */
    public static Claims of(JsonObject json) {
        if (!(json.getValue("exp") instanceof Number)) {
            throw new IllegalArgumentException("the token has no exp");
        }
        return new Claims(
                text(json, "uid"),
                Role.valueOf(text(json, "role")),
                text(json, "path"),
                text(json, "sid"),
                OMS.equals(json.getValue(USE)),
                false);
    }

    /** The same caller, admitted in the place of another role. */
    public Claims as(Role other) {
        return new Claims(uid, other, path, sid, oms, own);
    }

    /** The same caller, who sees no more than what stands at a path below. */
    public Claims within(String below, boolean alone) {
        return new Claims(uid, role, below, sid, oms, alone);
    }

    public Actor actor() {
        String member = role == Role.MEMBER ? uid : null;
        return new Actor(uid, role, new Scope(path, member, own));
    }

    private static String text(JsonObject json, String name) {
        if (json.getValue(name) instanceof String value) {
            return value;
        }
        throw new IllegalArgumentException("the token has no " + name);
    }
}
