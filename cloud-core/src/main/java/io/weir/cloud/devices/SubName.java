package io.weir.cloud.devices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.cloud.devices.TopologyStore.Member;
import io.weir.runtime.json.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** How gateways name sub-devices: {@code {"productKey","deviceName"}}. */
record SubName(String productKey, String deviceName) {
    private static final Pattern DEVICE_NAME = Pattern.compile("[A-Za-z0-9_@.:-]{1,64}");
    private static final int KEY_MAX = 64;

    /** Every element of an array, each once; null when it is none, is empty, or too long. */
    static @Nullable List<SubName> readAll(JsonNode array, int most) {
        if (!array.isArray() || array.isEmpty() || array.size() > most) {
            return null;
        }
        Set<SubName> names = new LinkedHashSet<>();
        for (JsonNode node : array) {
            JsonNode key = node.path("productKey");
            JsonNode name = node.path("deviceName");
            if (!key.isTextual() || !name.isTextual() || key.asText().length() > KEY_MAX) {
                return null;
            }
            names.add(new SubName(key.asText(), name.asText()));
        }
        return List.copyOf(names);
    }

    boolean wellFormed() {
        return DEVICE_NAME.matcher(deviceName).matches();
    }

    /** The one of these that has the name; null when none has. */
    @Nullable Member among(List<Member> members) {
        for (Member member : members) {
            if (member.productKey().equals(productKey) && member.deviceName().equals(deviceName)) {
                return member;
            }
        }
        return null;
    }

    ObjectNode json() {
        return Json.MAPPER
                .createObjectNode()
                .put("productKey", productKey)
                .put("deviceName", deviceName);
    }

    static List<String> keys(List<SubName> names) {
        return names.stream().map(SubName::productKey).toList();
    }

    static List<String> names(List<SubName> names) {
        return names.stream().map(SubName::deviceName).toList();
    }

    static SubName of(Member member) {
        return new SubName(member.productKey(), member.deviceName());
    }

    /** An array of them. */
    static String json(List<SubName> names) {
        var array = Json.MAPPER.createArrayNode();
        new ArrayList<>(names).forEach(name -> array.add(name.json()));
        return array.toString();
    }
}
