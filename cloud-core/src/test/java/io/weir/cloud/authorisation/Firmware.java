package io.weir.cloud.authorisation;

import io.vertx.sqlclient.Tuple;
import io.weir.cloud.http.ApiFixture;
import io.weir.cloud.http.ApiFixture.Reply;
import io.weir.model.access.Role;
import io.weir.runtime.json.Json;

import java.util.List;
import java.util.Map;

/**
 * Packages and campaigns of a branch. Each is for a module of its own, so that one device may be in
 * all of them.
 */
final class Firmware {
    private final ApiFixture api;
    private final Branch branch;
    private final String device;
    private int modules;

    Firmware(ApiFixture api, Branch branch) {
        this.api = api;
        this.branch = branch;
        this.device = branch.device();
    }

    Map<String, Object> body() {
        return Map.of(
                "product_id", branch.product, "module", branch.code + ++modules, "version", "2");
    }

    /** One with a content. */
    String made() {
        String id = post(Role.VENDOR, "/ota/packages", body()).data().path("package_id").asText();
        sql(
                "UPDATE ota.package SET size = 1, md5 = 'm', sha256 = 's', upload = 'u' WHERE id ="
                        + " $1",
                id);
        return id;
    }

    Map<String, Object> campaignBody() {
        return Map.of(
                "package_id",
                made(),
                "name",
                branch.code,
                "devices",
                List.of(device),
                "groups",
                List.of(Map.of("percent", 100, "success_percent", 100, "error_percent", 100)));
    }

    /** That this role may approve: the other one made it. */
    String campaign(Role approves) {
        Role by = approves == Role.VENDOR ? Role.PLATFORM : Role.VENDOR;
        return post(by, "/ota/campaigns", campaignBody()).data().path("campaign_id").asText();
    }

    /** One that was taken so far. */
    String campaign(String... steps) {
        String id = campaign(Role.PLATFORM);
        for (String step : steps) {
            Branch.ok(
                    api.send(
                            "POST",
                            "/ota/campaigns/" + id + "/" + step,
                            branch.token(Role.PLATFORM),
                            null,
                            Map.of()));
        }
        return id;
    }

    String failed() {
        String id = campaign("approve", "start");
        sql("UPDATE ota.upgrade SET state = 'FAILED' WHERE campaign_id = $1", id);
        return id;
    }

    Map<String, Object> jobBody() {
        var document = Map.of("for", branch.code);
        return Map.of("name", branch.code, "document", document, "devices", List.of(device));
    }

    /** The vendor's. */
    String job() {
        return post(Role.VENDOR, "/jobs", jobBody()).data().path("job_id").asText();
    }

    private Reply post(Role role, String path, Map<String, ?> body) {
        return Branch.ok(api.post(path, branch.token(role), Json.text(body), Map.of()));
    }

    private void sql(String text, String value) {
        api.tx.system(c -> c.preparedQuery(text).execute(Tuple.of(value)).await());
    }
}
