package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What enterprises were told to write (OMS seed, section 1) gets a token: the sample runs in Node
 * with crypto-js, only its blanks are filled in.
 */
class OmsSampleIT {
    private static final String SAMPLE =
            """
            var app_id = "*****";
            var rid = "*****";
            var secret = "*****";
            var param = app_id + rid + secret;
            var sign = CryptoJS.MD5(param, {
                asString: true
            });
            """;

    @Test
    void theSampleOfTheSeedGetsAToken() throws IOException, InterruptedException {
        NodePackages.install(NodePackages.FOLDER, List.of("crypto-js"));
        OsPackages.node();
        try (Platform platform = Platform.standalone("oms-sample")) {
            String vid = platform.demo().at("/vendor/vid").asText();
            JsonNode app =
                    platform.admin().post("/apps", Map.of("vid", vid, "name", "sample")).data();
            String id = app.get("app_id").asText();
            String rid = String.valueOf(System.currentTimeMillis() / 1000);
            Api.Answer answer =
                    Api.anonymous(platform.api())
                            .post(
                                    "/oms/auth/token",
                                    Map.of(
                                            "app_id",
                                            id,
                                            "timestamp",
                                            rid,
                                            "sign",
                                            sign(id, rid, app.get("secret").asText())));
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
            assertThat(answer.data().toString()).contains("token");
        }
    }

    private static String sign(String... blanks) throws IOException, InterruptedException {
        String script = SAMPLE;
        for (String blank : blanks) {
            script = script.replaceFirst("\\*{5}", blank);
        }
        Process node =
                new ProcessBuilder(
                                "node",
                                "-e",
                                "var CryptoJS = require('crypto-js');\n"
                                        + script
                                        + "process.stdout.write(String(sign));")
                        .directory(NodePackages.FOLDER.toFile())
                        .redirectErrorStream(true)
                        .start();
        String sign = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor(20, TimeUnit.SECONDS) && node.exitValue() == 0).isTrue();
        return sign;
    }
}
