package io.weir.cloud.authorisation;

import io.vertx.sqlclient.Tuple;
import io.weir.api.ledger.LedgerApi;
import io.weir.api.members.MemberOps;
import io.weir.api.members.MemberOps.PutAccount;
import io.weir.api.vendors.VendorOps;
import io.weir.api.vendors.VendorOps.CreateTenant;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.members.WechatStandIn;
import io.weir.model.Money;
import io.weir.model.access.Role;
import io.weir.runtime.bus.Call;
import io.weir.runtime.json.Json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One vendor with all that hangs on it, made through the platform's own operations: tenants,
 * accounts, a product, devices in stock at a dealer, a tariff, members with money. Every text of it
 * carries the vendor's code, so that a foreigner's answer can be searched for it.
 */
final class Branch {
    static final String EDGE = "edge-1";
    private static final int DEVICES = 1000;
    private static final int SUBS = 40;
    private static final String MODEL =
            """
            {"properties":[{"identifier":"total_ml","accessMode":"r","dataType":{"type":"int"}},
              {"identifier":"brightness","accessMode":"rw","dataType":{"type":"int","specs":{"min":"0","max":"10"}}}],
             "services":[{"identifier":"blink","inputData":[]},{"identifier":"stop"},
              {"identifier":"dispense","inputData":[{"identifier":"volume_ml","dataType":{"type":"int"}}]}]}
            """;

    final String code;
    final String vid;
    private final String agent;
    private final String dealer;
    final String member;
    final String sibling;
    final String installer;
    final long product;
    final Firmware firmware;
    private final ApiFixture api;
    private final String owner;
    private final WechatStandIn wechat;
    private final Map<Role, String> accounts = new java.util.EnumMap<>(Role.class);
    private final List<String> devices = new ArrayList<>();
    private String gateway = "";
    private int next;
    private int mobiles;
    private int batches;

    /** Its devices are the dealer's. */
    Branch(ApiFixture api, WechatStandIn wechat, String code) {
        this(api, wechat, code, "A001/D001/");
    }

    /**
     * @param owner whose the devices are, below the vendor
     */
    Branch(ApiFixture api, WechatStandIn wechat, String code, String owner) {
        this.api = api;
        this.owner = owner;
        this.wechat = wechat;
        this.code = code;
        vid = tenant("VENDOR", "/", code);
        agent = tenant("AGENT", path(""), "A001");
        tenant("AGENT", path(""), "A002");
        dealer = tenant("DEALER", path("A001/"), "D001");
        tenant("DEALER", path("A002/"), "D002");
        tenant("PARTNER", path(""), "P001");
        var merchant =
                new VendorOps.SetMerchant(
                        vid, null, WechatStandIn.APPID, WechatStandIn.SECRET, null, null, null);
        api.bus.call(VendorOps.SET_MERCHANT, merchant, Call.system("test")).await();
        member = member("13900000001");
        sibling = member("13900000002");
        installer = installer();
        product = id(ok(post(Role.VENDOR, "/oms/product/add", productBody())));
        stock();
        topology();
        ok(
                api.send(
                        "PUT",
                        "/devices/" + devices.getFirst() + "/tariff",
                        token(Role.VENDOR),
                        "{\"prices\":{\"normal\":2.0},\"applies_to\":\"VENDOR\"}",
                        Map.of()));
        topUp(member);
        scripted();
        firmware = new Firmware(api, this);
    }

    String path(String below) {
        return "/" + code + "/" + below;
    }

    String token(Role role) {
        return switch (role) {
            case PLATFORM -> api.token(role, "/");
            case MEMBER -> api.token(role, path(""), member);
            default -> api.token(role, path(below(role)), account(role));
        };
    }

    /** The account of that role, with the password "secret"; of members the member. */
    String account(Role role) {
        if (role == Role.MEMBER || role == Role.PLATFORM) {
            return member;
        }
        return accounts.computeIfAbsent(
                role,
                r -> {
                    var ask =
                            new PutAccount(
                                    path(below(r)),
                                    vid,
                                    r,
                                    code + ".own." + r,
                                    null,
                                    "secret",
                                    2,
                                    null);
                    return api.bus
                            .call(MemberOps.PUT_ACCOUNT, ask, Call.system("test"))
                            .await()
                            .uid();
                });
    }

    private static String below(Role role) {
        return switch (role) {
            case AGENT -> "A001/";
            case DEALER -> "A001/D001/";
            case PARTNER -> "P001/";
            default -> "";
        };
    }

    /** Number of the tenant that a role works for. */
    String tenantOf(Role role) {
        return switch (role) {
            case AGENT -> agent;
            case DEALER -> dealer;
            default -> vid;
        };
    }

    /** A vendor of its own, made by the platform. */
    String freshVendor() {
        return ok(post(Role.PLATFORM, "/vendors", vendorBody())).data().path("vid").asText();
    }

    Map<String, Object> vendorBody() {
        return Map.of("user", login(), "pwd", "secret", "name", code + " vendor");
    }

    String login() {
        return "user" + code + ++mobiles;
    }

    /** A partner below the dealer, whom vendor, agent and dealer see. */
    String partner() {
        Map<String, Object> body = Map.of("kind", "PARTNER", "name", code + " partner");
        return ok(post(Role.DEALER, "/agents", body)).data().path("vid").asText();
    }

    String staff(Role role) {
        return ok(post(role, "/staff", staffBody())).data().path("uid").asText();
    }

    Map<String, Object> staffBody() {
        return Map.of("user", login(), "pwd", "secret", "name", code, "role", "ADMIN");
    }

    long staffRole(Role role) {
        return ok(post(role, "/staff/roles", roleBody())).data().path("role_id").asLong();
    }

    Map<String, Object> roleBody() {
        return Map.of(
                "name", login(), "operations", List.of("listDevices"), "menus", List.of("DEVICES"));
    }

    long signing() {
        return ok(post(Role.VENDOR, "/vendors/me/signing", signingBody()))
                .data()
                .path("id")
                .asLong();
    }

    Map<String, Object> signingBody() {
        return Map.of(
                "agreement",
                "MODULE_MAKER",
                "company",
                code,
                "licence_no",
                "L1",
                "contact",
                "C",
                "mobile",
                "13900000000");
    }

    /** A device that a member holds; it is connected. */
    String bound(String uid) {
        String device = device();
        ok(
                api.post(
                        "/devices/" + device + "/bind",
                        api.token(Role.MEMBER, path(""), uid),
                        Map.of()));
        return device;
    }

    /** A device of the sibling's that the member may do so much with; nothing: it isn't shared. */
    String sharedBy(List<String> rights) {
        String device = bound(sibling);
        if (!rights.isEmpty()) {
            String code =
                    ok(api.post(
                                    "/devices/" + device + "/share",
                                    siblingToken(Role.MEMBER),
                                    Map.of("rights", rights)))
                            .data()
                            .path("code")
                            .asText();
            ok(api.post("/shares/accept", token(Role.MEMBER), Map.of("code", code)));
        }
        return device;
    }

    /** A device of the sibling's in a group that the member is in. */
    String grouped() {
        String device = bound(sibling);
        String token = siblingToken(Role.MEMBER);
        long group = group(sibling);
        var code = ok(api.post("/groups/" + group + "/code", token, Map.of())).data().path("code");
        ok(api.post("/groups/join", token(Role.MEMBER), Map.of("code", code.asText())));
        ok(api.post("/groups/" + group + "/devices", token, Map.of("device_id", device)));
        return device;
    }

    /** The code of an offer of another member's than {@code guest}. */
    String offered(String other) {
        return ok(api.post(
                        "/devices/" + bound(other) + "/share",
                        api.token(Role.MEMBER, path(""), other),
                        Map.of()))
                .data()
                .path("code")
                .asText();
    }

    /** A device of the member's that the sibling uses too. */
    String shared() {
        return accepted().path("device_id").asText();
    }

    long share() {
        return accepted().path("share_id").asLong();
    }

    private com.fasterxml.jackson.databind.JsonNode accepted() {
        Map<String, String> code = Map.of("code", offered(member));
        return ok(api.post("/shares/accept", siblingToken(Role.MEMBER), code)).data();
    }

    long group(String owner) {
        String token = api.token(Role.MEMBER, path(""), owner);
        return ok(api.post("/groups", token, Map.of("name", code + " group")))
                .data()
                .path("group_id")
                .asLong();
    }

    String groupCode(String owner) {
        String token = api.token(Role.MEMBER, path(""), owner);
        return ok(api.post("/groups/" + group(owner) + "/code", token, Map.of()))
                .data()
                .path("code")
                .asText();
    }

    /** A group of the member's that another one has joined. */
    long joined(String guest) {
        Map<String, String> code = Map.of("code", groupCode(member));
        return ok(api.post("/groups/join", api.token(Role.MEMBER, path(""), guest), code))
                .data()
                .path("group_id")
                .asLong();
    }

    Map<String, Object> joined() {
        String guest = freshMember();
        return Map.of("group_id", joined(guest), "uid", guest);
    }

    Map<String, Object> groupDevice() {
        long group = group(member);
        String device = bound(member);
        ok(
                api.post(
                        "/groups/" + group + "/devices",
                        token(Role.MEMBER),
                        Map.of("device_id", device)));
        return Map.of("group_id", group, "device_id", device);
    }

    com.fasterxml.jackson.databind.JsonNode app() {
        return ok(post(Role.PLATFORM, "/apps", Map.of("vid", vid, "name", code))).data();
    }

    Map<String, Object> signed() {
        var app = app();
        String id = app.path("app_id").asText();
        String stamp = String.valueOf(System.currentTimeMillis());
        String sign = Md5.hex(id + stamp + app.path("secret").asText());
        return Map.of("app_id", id, "timestamp", stamp, "sign", sign);
    }

    /** A session of an account. */
    String session(Role role) {
        String sid = "sid" + System.nanoTime();
        sql(
                "INSERT INTO tokens.session (sid, uid, expires_at) VALUES ('"
                        + sid
                        + "', $1, now() + interval '1 hour')",
                account(role));
        sql("INSERT INTO tokens.refresh (hash, sid) VALUES (sha256($1::text::bytea), $1)", sid);
        return sid;
    }

    String freshMobile() {
        return "137%08d".formatted(++mobiles);
    }

    /** Of a member of its own, since others change theirs. */
    String memberMobile() {
        String mobile = freshMobile();
        member(mobile);
        return mobile;
    }

    String freshMember() {
        return member(freshMobile());
    }

    /** One that came by SMS: purpose, and what it is about. */
    String code(String purpose, String subject, String mobile) {
        sql(
                "INSERT INTO members.code (purpose, subject, vid, mobile, address, salt, hash,"
                        + " created_at, expires_at) VALUES ('"
                        + purpose
                        + "', '"
                        + subject
                        + "', '"
                        + vid
                        + "', $1, 'x', 'a', sha256('a123456'), now(), now() + interval '5"
                        + " minutes')",
                mobile);
        return "123456";
    }

    /** A way to WeChat, begun by nobody or by the member, who has nothing bound. */
    com.fasterxml.jackson.databind.JsonNode wechatBegun(boolean bind) {
        if (!bind) {
            return api.post("/users/bind/begin", null, Map.of("vid", vid)).data();
        }
        sql(
                "UPDATE members.account SET wx_open_id = NULL, wx_bound_at = NULL WHERE uid = $1",
                member);
        String path = "/users/" + member + "/bind/begin";
        return api.post(path, token(Role.MEMBER), Map.of()).data();
    }

    String wechatCode() {
        return wechat.agree("open" + System.nanoTime(), code);
    }

    /** The member, who has bound WeChat. */
    String bound() {
        sql(
                "UPDATE members.account SET wx_open_id = uid, wx_nick = '', wx_avatar = '', wx_sex"
                        + " = 0, wx_bound_at = now() WHERE uid = $1",
                member);
        return member;
    }

    /** The same role of the same vendor in another branch of its tree. */
    String siblingToken(Role role) {
        return switch (role) {
            case AGENT -> api.token(role, path("A002/"));
            case DEALER -> api.token(role, path("A002/D002/"));
            case MEMBER -> api.token(role, path(""), sibling);
            default -> throw new IllegalArgumentException(role.name());
        };
    }

    /** A device that nobody has used yet. */
    String device() {
        return devices.get(next++);
    }

    /** A product that nothing was made of. */
    long emptyProduct() {
        return id(ok(post(Role.VENDOR, "/oms/product/add", productBody())));
    }

    /** A device at which the vendor's own people may dispense. */
    Map<String, Object> channel() {
        String device = device();
        var opened =
                ok(
                        post(
                                Role.VENDOR,
                                "/devices/" + device + "/channels",
                                Map.of("kind", "TRIAL", "hours", 1, "volume_ml", 5000)));
        return Map.of("device_id", device, "channel_id", opened.data().path("channel_id").asLong());
    }

    String script() {
        return "function rawDataToProtocol(bytes) { return {of: '"
                + code
                + "'}; }"
                + "function protocolToRawData(json) { return [1]; }";
    }

    /** A version of its product's configuration, which is in force now. */
    int configuredVersion() {
        String path = "/products/" + product + "/configuration";
        Map<String, String> body = Map.of("document", "{\"of\":\"" + code + "\"}");
        int version = ok(post(Role.VENDOR, path + "/versions", body)).data().get("version").asInt();
        ok(post(Role.VENDOR, path + "/activate", Map.of("version", version)));
        ok(api.send("PUT", path, token(Role.VENDOR), "{\"enabled\":true}", Map.of()));
        return version;
    }

    /** Its product, which has a configuration. */
    long configured() {
        configuredVersion();
        return product;
    }

    String configurationPush() {
        String path = "/products/" + configured() + "/configuration/pushes";
        return ok(post(Role.VENDOR, path, Map.of("devices", List.of(device()))))
                .data()
                .get("push_id")
                .asText();
    }

    String debugSession() {
        return ok(post(Role.VENDOR, "/devices/" + device() + "/debug-sessions", Map.of()))
                .data()
                .get("session_id")
                .asText();
    }

    /** Its product, which has a script. */
    long scripted() {
        ok(
                api.send(
                        "PUT",
                        "/products/" + product + "/script",
                        token(Role.VENDOR),
                        Json.text(Map.of("source", script())),
                        Map.of()));
        return product;
    }

    long batch() {
        return submit(1, List.of());
    }

    Map<String, Object> productBody() {
        batches++;
        return Map.of(
                "name",
                code + " dispenser",
                "code",
                code + batches,
                "thing_model",
                MODEL,
                "product_key",
                code + "%08d".formatted(batches),
                "product_secret",
                "0123456789abcdef",
                "flowmeter",
                Map.of("measure_mode", 0, "config", List.of(Map.of("key", "normal", "value", 30))));
    }

    Map<String, Object> batchBody() {
        return Map.of(
                "name",
                code,
                "amount",
                1,
                "product_id",
                product,
                "batch_no",
                code + "-" + ++batches);
    }

    /** One that was commanded and of which nothing was heard since. */
    String dispense() {
        var headers = Map.of("Idempotency-Key", "d" + System.nanoTime());
        Reply reply =
                api.post(
                        "/devices/" + device() + "/dispenses",
                        token(Role.MEMBER),
                        "{\"outlet\":\"normal\",\"volume_ml\":100}",
                        headers);
        return ok(reply).data().path("dispense_id").asText();
    }

    String grant() {
        return granted().path("grant_id").asText();
    }

    /** One that is paid for and that no gateway has. */
    String slice() {
        return granted().path("slices").path(0).path("dispense_id").asText();
    }

    private com.fasterxml.jackson.databind.JsonNode granted() {
        Reply reply =
                api.post(
                        "/devices/" + device() + "/grants",
                        token(Role.MEMBER),
                        "{\"outlet\":\"normal\",\"volume_ml\":10,\"slices\":1,\"start_by\":\"code\",\"hours\":1}",
                        Map.of("Idempotency-Key", "g" + System.nanoTime()));
        return ok(reply).data();
    }

    String overdueDispense() {
        String id = dispense();
        sql(
                "UPDATE dispense.dispense SET created_at = created_at - interval '1 day' WHERE id ="
                        + " $1",
                id);
        return id;
    }

    String overrunDispense() {
        String id = dispense();
        sql(
                "UPDATE dispense.dispense SET state = 'CAPTURED', end_ml = ordered_ml + 100 WHERE"
                        + " id = $1",
                id);
        return id;
    }

    /** Settled in the ledger too; the platform got it all. */
    String capturedDispense() {
        String id = dispense();
        var row =
                api.tx.system(
                        c ->
                                c.preparedQuery(
                                                "UPDATE dispense.dispense SET state = 'CAPTURED',"
                                                    + " end_ml = ordered_ml, settled_ml ="
                                                    + " ordered_ml, charged_fen = hold_fen WHERE id"
                                                    + " = $1 RETURNING hold, hold_fen")
                                        .execute(Tuple.of(id))
                                        .await()
                                        .iterator()
                                        .next());
        var leg =
                new LedgerApi.Leg(
                        LedgerApi.LegKind.PLATFORM_FEE, "", 0, Money.ofFen(row.getLong(1)));
        var capture = new LedgerApi.Capture("capture:" + id, row.getString(0), List.of(leg));
        api.bus.call(LedgerApi.CAPTURE, capture, Call.system("test")).await();
        return id;
    }

    long unattributed() {
        return api.tx.system(
                c ->
                        c.preparedQuery(
                                        "INSERT INTO dispense.unattributed (device_id, tenant,"
                                            + " gateway, ml, seen_at) VALUES ($1, $2, $3, 5, now())"
                                            + " RETURNING id")
                                .execute(Tuple.of(devices.getFirst(), path(owner), EDGE))
                                .await()
                                .iterator()
                                .next()
                                .getLong(0));
    }

    String faultedDevice() {
        String device = device();
        sql(
                "INSERT INTO dispense.fault (device_id, tenant, dispense, code, faulted_at)"
                        + " VALUES ($1, '"
                        + path(owner)
                        + "', 'none', 'STUCK', now())",
                device);
        return device;
    }

    /** One with a desired brightness. */
    String desired() {
        String device = device();
        var body = new java.util.HashMap<>(Samples.desired(device));
        body.remove("device_id");
        put("/devices/" + device + "/desired", body);
        return device;
    }

    /** One with a tag. */
    String tagged() {
        String device = device();
        var body = new java.util.HashMap<>(Samples.tagged(device, code));
        body.remove("device_id");
        put("/devices/" + device + "/tags", body);
        return device;
    }

    private void put(String path, Map<String, ?> body) {
        ok(api.send("PUT", path, token(Role.VENDOR), Json.text(body), Map.of()));
    }

    /** The dealer's gateway device; it is connected. */
    String gatewayDevice() {
        return gateway;
    }

    /** A device that may stand behind it. */
    String subDevice() {
        return devices.removeLast();
    }

    String linkedSubDevice() {
        String sub = subDevice();
        sql(
                "INSERT INTO devices.topology (sub_id, gateway_device_id, tenant, added_at,"
                        + " added_by) VALUES ($1, '"
                        + gateway
                        + "', '"
                        + path(owner)
                        + "', now(), 'device')",
                sub);
        return sub;
    }

    Map<String, Object> foundSubDevice() {
        String name = "found-" + ++batches;
        sql(
                "INSERT INTO devices.found_sub (gateway_device_id, product_key, device_name,"
                        + " tenant, found_at) VALUES ('"
                        + gateway
                        + "', 'pk1', $1, '"
                        + path(owner)
                        + "', now())",
                name);
        return Map.of("device_id", gateway, "product_key", "pk1", "device_name", name);
    }

    /** The last devices of the stock become sub-devices, the one before them a gateway. */
    private void topology() {
        gateway = devices.get(DEVICES - SUBS - 1);
        kind("GATEWAY", List.of(gateway));
        kind("SUB", List.copyOf(devices.subList(DEVICES - SUBS, DEVICES)));
        devices.remove(gateway);
    }

    private void kind(String type, List<String> ids) {
        long product = id(ok(post(Role.VENDOR, "/oms/product/add", productBody())));
        sql("UPDATE devices.product SET node_type = $1 WHERE product_id = " + product, type);
        for (String id : ids) {
            sql("UPDATE devices.device SET product_id = " + product + " WHERE device_id = $1", id);
        }
    }

    private void stock() {
        List<String> serials = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            serials.add(code + "-%05d".formatted(i));
        }
        long batch = submit(DEVICES, serials);
        ok(post(Role.VENDOR, "/oms/produce/confirm/" + batch, Map.of()));
        devices.addAll(serials);
        sql(
                "UPDATE devices.device SET tenant = $1 WHERE starts_with(device_id, '"
                        + code
                        + "-')",
                path(owner));
        sql(
                "INSERT INTO devices.presence (device_id, tenant, online, epoch, gateway_id, boot,"
                    + " connection, lane_partition, online_at) SELECT device_id, tenant, true, 1,"
                    + " 'edge-1', 'b', 1, 0, now() FROM devices.device WHERE starts_with(device_id,"
                    + " $1)",
                code + "-");
    }

    private long submit(int amount, List<String> serials) {
        var body = new java.util.HashMap<>(batchBody());
        body.put("amount", amount);
        if (!serials.isEmpty()) {
            body.put("serials", serials);
        }
        return id(ok(post(Role.VENDOR, "/oms/produce/submit", body)));
    }

    /** A file that a device uploaded. */
    Map<String, Object> file() {
        String device = device();
        String id = code.toLowerCase(java.util.Locale.ROOT) + "%022d".formatted(System.nanoTime());
        api.tx.system(
                c ->
                        c.preparedQuery(
                                        "INSERT INTO files.file (id, tenant, device_id, name, size,"
                                            + " conflict, checksum, init_uid, created_at,"
                                            + " finished_at) SELECT $1, tenant, device_id, 'log',"
                                            + " 0, 'reject', '', '', now(), now() FROM"
                                            + " devices.device WHERE device_id = $2")
                                .execute(Tuple.of(id, device))
                                .await());
        return Map.of("device_id", device, "file_id", id);
    }

    /** The dealer's: those above it see it too. */
    String subscription() {
        return ok(post(Role.DEALER, "/subscriptions", subscriptionBody()))
                .data()
                .get("subscription_id")
                .asText();
    }

    Map<String, Object> subscriptionBody() {
        return Map.of("name", code + System.nanoTime(), "kinds", List.of("PROPERTY"));
    }

    private String tenant(String kind, String parent, String name) {
        var ask = new CreateTenant(kind, parent, name, code + " " + name, null);
        return api.bus.call(VendorOps.CREATE_TENANT, ask, Call.system("test")).await().id();
    }

    String member(String mobile) {
        var ask =
                new PutAccount(
                        path(""), vid, Role.MEMBER, code + " member", mobile, "secret", 2, null);
        return api.bus.call(MemberOps.PUT_ACCOUNT, ask, Call.system("test")).await().uid();
    }

    /** Works for the dealer. */
    private String installer() {
        var ask =
                new PutAccount(
                        path("A001/D001/"),
                        vid,
                        Role.INSTALLER,
                        code + "-installer",
                        null,
                        null,
                        2,
                        null);
        return api.bus.call(MemberOps.PUT_ACCOUNT, ask, Call.system("test")).await().uid();
    }

    private void topUp(String uid) {
        ok(
                api.post(
                        "/users/" + uid + "/wallet/topups",
                        token(Role.MEMBER),
                        "{\"amount\":1000,\"channel\":\"lab\"}",
                        Map.of("Idempotency-Key", "first")));
    }

    private Reply post(Role role, String path, Map<String, ?> body) {
        return api.post(path, token(role), Json.text(body), Map.of());
    }

    private void sql(String text, String value) {
        api.tx.system(c -> c.preparedQuery(text).execute(Tuple.of(value)).await());
    }

    static Reply ok(Reply reply) {
        if (reply.status() / 100 != 2) {
            throw new AssertionError(reply.status() + " " + reply.json());
        }
        return reply;
    }

    private static long id(Reply reply) {
        return reply.data().path("id").asLong();
    }
}
