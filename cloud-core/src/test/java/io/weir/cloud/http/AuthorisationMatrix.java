package io.weir.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.model.access.Role;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Operation x role. What is expected stands in {@code src/test/resources/authorisation.txt}, one
 * line per operation, written by people apart from the contract: a role that slips into (or out of)
 * a contract is a difference of the two.
 */
final class AuthorisationMatrix {
    static final Path TABLE = Path.of("src/test/resources/authorisation.txt");
    static final String PUBLIC = "PUBLIC";

    /** One operation as the contract has it, with where to send a request. */
    record Line(String operationId, String method, String path, Set<Role> roles, boolean isPublic) {
        /** As it stands in the table. */
        String text() {
            return operationId
                    + ": "
                    + (isPublic
                            ? PUBLIC
                            : String.join(" ", roles.stream().map(Role::name).toList()));
        }

        /** The path with something well-formed for every parameter. */
        String concrete() {
            return path.replaceAll("\\{[a-z_]+}", "1");
        }
    }

    private AuthorisationMatrix() {}

    static List<Line> of(ObjectNode bundle) {
        List<Line> lines = new ArrayList<>();
        for (var path : bundle.path("paths").properties()) {
            for (var member : path.getValue().properties()) {
                JsonNode operation = member.getValue();
                Set<Role> roles = EnumSet.noneOf(Role.class);
                operation.path("x-roles").forEach(r -> roles.add(Role.valueOf(r.asText())));
                lines.add(
                        new Line(
                                operation.path("operationId").asText(),
                                member.getKey().toUpperCase(java.util.Locale.ROOT),
                                path.getKey(),
                                roles,
                                operation.path("x-public").asBoolean()));
            }
        }
        return lines;
    }

    /** operationId -> the roles that may; null = public. */
    static Map<String, Set<Role>> expected() {
        Map<String, Set<Role>> expected = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(TABLE)) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] parts = line.split(":", 2);
                Set<Role> roles = EnumSet.noneOf(Role.class);
                if (!parts[1].trim().equals(PUBLIC)) {
                    Arrays.stream(parts[1].trim().split(" +"))
                            .map(Role::valueOf)
                            .forEach(roles::add);
                }
                expected.put(parts[0].trim(), roles);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return expected;
    }

    /** Every difference between the contract and the table, as a sentence. */
    static List<String> differences(ObjectNode bundle) {
        Map<String, Set<Role>> expected = expected();
        List<String> differences = new ArrayList<>();
        for (Line line : of(bundle)) {
            Set<Role> wanted = expected.remove(line.operationId());
            if (wanted == null) {
                differences.add("not in " + TABLE + ", decide and add: " + line.text());
            } else if (!wanted.equals(line.roles())) {
                differences.add(line.text() + " in the contract, the table says " + wanted);
            }
        }
        expected.keySet().forEach(id -> differences.add(id + " is in the table only"));
        return differences;
    }
}
