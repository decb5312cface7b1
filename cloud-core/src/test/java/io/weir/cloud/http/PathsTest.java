package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cloud.Contexts;

import org.junit.jupiter.api.Test;

import java.util.Locale;
import java.util.Map;

class PathsTest {
    private final Paths<String> paths = new Paths<>();

    PathsTest() {
        paths.add("GET", "/users", "list");
        paths.add("GET", "/users/code", "code");
        paths.add("GET", "/users/{uid}", "one");
        paths.add("PUT", "/users/{uid}", "change");
        paths.add("GET", "/users/{uid}/devices/{device_id}", "device");
    }

    @Test
    void aLiteralGoesBeforeAParameterAndAMethodThatItLacksIsLookedForBehindTheParameter() {
        assertThat(paths.find("GET", "/users/code")).isEqualTo(found("code", Map.of()));
        assertThat(paths.find("PUT", "/users/code"))
                .isEqualTo(found("change", Map.of("uid", "code")));
        assertThat(paths.methods("/users/code")).containsExactly("GET", "PUT");
    }

    @Test
    void parametersAreDecodedAndASlashAtTheEndIsNothing() {
        assertThat(paths.find("GET", "/users/a%2Fb+c/devices/%E6%B0%B4/"))
                .isEqualTo(found("device", Map.of("uid", "a/b+c", "device_id", "水")));
        assertThat(paths.find("GET", "/users/")).isEqualTo(found("list", Map.of()));
        assertThatThrownBy(() -> paths.find("GET", "/users/%zz"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(paths.find("GET", "/")).isNull();
        assertThat(paths.find("GET", "/users//devices/x")).isNull();
        assertThat(paths.find("GET", "/users/a/b")).isNull();
        assertThat(paths.find("DELETE", "/users")).isNull();
        assertThat(paths.methods("/users")).containsExactly("GET");
        assertThat(paths.methods("/nothing")).isEmpty();
        assertThatThrownBy(() -> paths.add("GET", "/users/{id}", "twice"))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Every operation of the contract is found at its own path, and only it. */
    @Test
    void everyOperationIsFoundAtItsPath() {
        Paths<String> all = new Paths<>();
        var bundle = ContractBundle.of(Contexts.ALL.stream().map(ContextRoutes::context).toList());
        for (var path : bundle.path("paths").properties()) {
            for (var member : path.getValue().properties()) {
                all.add(
                        member.getKey().toUpperCase(Locale.ROOT),
                        path.getKey(),
                        member.getValue().path("operationId").asText());
            }
        }
        for (var path : bundle.path("paths").properties()) {
            for (var member : path.getValue().properties()) {
                var found =
                        all.find(
                                member.getKey().toUpperCase(Locale.ROOT),
                                path.getKey().replaceAll("\\{[^}]+}", "AB12"));
                assertThat(found).as(path.getKey()).isNotNull();
                assertThat(found.value()).isEqualTo(member.getValue().path("operationId").asText());
                assertThat(found.parameters().values()).allMatch("AB12"::equals);
            }
        }
    }

    private static Paths.Found<String> found(String value, Map<String, String> parameters) {
        return new Paths.Found<>(value, parameters);
    }
}
