package io.weir.cloud.system;

import io.weir.runtime.health.Health;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this process says of itself.
 *
 * @param services names of its verticles
 * @param settings in force, by verticle, secrets struck out
 */
public record Node(
        String name,
        String role,
        List<String> services,
        Health health,
        Map<String, Map<String, Object>> settings) {

    /** By service, why it is down; empty when it is up. What has no word of its own is up. */
    Map<String, String> services(Map<String, Health.Report> reports) {
        Map<String, String> all = new TreeMap<>();
        services.forEach(service -> all.put(service, ""));
        reports.forEach(
                (name, report) ->
                        all.put(
                                name,
                                report.ok()
                                        ? ""
                                        : String.valueOf(
                                                report.detail().getOrDefault("why", "down"))));
        return all;
    }
}
