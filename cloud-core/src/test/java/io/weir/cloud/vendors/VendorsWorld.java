package io.weir.cloud.vendors;

import io.weir.cloud.Contexts;
import io.weir.cloud.http.ApiConfig;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.cloud.members.MembersVerticle;
import io.weir.cloud.members.TestMembers;
import io.weir.cloud.push.LiveStreams;
import io.weir.cloud.seal.SealingKeys;
import io.weir.cloud.seal.SecretBox;
import io.weir.model.access.Role;
import io.weir.runtime.json.Json;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The platform with vendors and members, and every other operation of the contract at the door. */
final class VendorsWorld implements AutoCloseable {
    final ApiFixture api = new ApiFixture();
    final Path data = TestVendors.data();
    private int users;

    VendorsWorld() {
        ApiConfig usual = ApiFixture.CONFIG;
        api.api(usual, Contexts.ALL, new LiveStreams(api.vertx, api.bus, api.time, 100));
        api.context(verticle(TestVendors.CONFIG));
        api.context(
                new MembersVerticle(
                        TestMembers.config("none", "http://127.0.0.1:1"),
                        api.bus,
                        api.tx,
                        api.time,
                        api.key));
    }

    VendorsVerticle verticle(VendorsConfig config) {
        return new VendorsVerticle(config, data, api.bus, api.tx, api.time, Contexts.grantable());
    }

    Merchants merchants(String keyFile, String oldKeyFile) {
        return new Merchants(
                api.tx,
                new Vendors(api.tx, api.time, api.bus),
                new SealingKeys(data, keyFile, oldKeyFile));
    }

    void key(String name) {
        SecretBox.create(data.resolve(name));
    }

    String platform() {
        return api.token(Role.PLATFORM, "/");
    }

    String user() {
        return "user-" + ++users;
    }

    /** A new vendor; its owner logs in with the password "secret". */
    Reply create(Object... more) {
        Map<String, Object> body =
                new HashMap<>(Map.of("user", user(), "pwd", "secret", "name", "Clear Water"));
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return api.post("/vendors", platform(), body);
    }

    /** A vendor that has signed, by name of its owner. */
    String signed(String user) {
        String vid = create("user", user).data().path("vid").asText();
        String token = login(user);
        var record =
                Map.of(
                        "agreement",
                        "MODULE_MAKER",
                        "company",
                        "C",
                        "licence_no",
                        "L",
                        "contact",
                        "N",
                        "mobile",
                        "13900000000",
                        "submit",
                        true);
        int id = api.post("/vendors/me/signing", token, record).data().path("id").asInt();
        Reply judged =
                put(
                        "/vendors/" + vid + "/signing/" + id,
                        platform(),
                        Map.of("to", "SIGNED", "valid_to", "2099-12-31"));
        if (judged.status() != 201) {
            throw new AssertionError(judged.json());
        }
        return vid;
    }

    String login(String user) {
        Reply reply = tryLogin(user, "secret");
        if (reply.status() != 201) {
            throw new AssertionError(reply.json());
        }
        return reply.data().path("access_token").asText();
    }

    Reply tryLogin(String user, String password) {
        return api.post("/auth/login", null, Map.of("user", user, "pwd", password));
    }

    Reply put(String path, String token, Map<String, ?> body) {
        return api.send("PUT", path, token, Json.text(body), Map.of());
    }

    Reply delete(String path, String token) {
        return api.send("DELETE", path, token, null, Map.of());
    }

    @Override
    public void close() {
        api.close();
    }
}
