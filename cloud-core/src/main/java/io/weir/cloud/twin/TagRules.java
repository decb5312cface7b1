package io.weir.cloud.twin;

import com.fasterxml.jackson.databind.JsonNode;

import io.weir.api.twin.TwinOps.Tag;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a tag may be (facts: alink.md sections 6 and 12). Pure. */
final class TagRules {
    static final int PER_MESSAGE = 200;
    private static final int MAX_VALUE = 512;
    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

    private TagRules() {}

    /** What is wrong with it; null when nothing is. */
    static @Nullable String fault(Tag tag) {
        if (!KEY.matcher(tag.key()).matches()) {
            return "a key is of letters, digits and _, 100 bytes at most";
        }
        int bytes = tag.value().getBytes(StandardCharsets.UTF_8).length;
        boolean fits = bytes >= 1 && bytes <= MAX_VALUE && tag.value().indexOf(0) < 0;
        return fits ? null : "a value is of 1 to " + MAX_VALUE + " bytes";
    }

    /** The last one of a key counts. */
    static List<Tag> once(List<Tag> tags) {
        Map<String, Tag> once = new LinkedHashMap<>();
        tags.forEach(tag -> once.put(tag.key(), tag));
        return List.copyOf(once.values());
    }

    /**
     * {@code [{"attrKey","attrValue"}]}; null when it is no such thing.
     *
     * @param valued false = keys alone
     */
    static @Nullable List<Tag> read(JsonNode params, boolean valued) {
        if (!params.isArray() || params.isEmpty() || params.size() > PER_MESSAGE) {
            return null;
        }
        List<Tag> tags = new ArrayList<>();
        for (JsonNode item : params) {
            JsonNode value = valued ? item.path("attrValue") : item.path("attrKey");
            if (!item.path("attrKey").isTextual() || !value.isTextual()) {
                return null;
            }
            tags.add(new Tag(item.get("attrKey").textValue(), value.textValue()));
        }
        return tags;
    }

    /** How many there would be. */
    static int with(List<Tag> present, List<Tag> added) {
        Map<String, Tag> all = new LinkedHashMap<>();
        present.forEach(tag -> all.put(tag.key(), tag));
        added.forEach(tag -> all.put(tag.key(), tag));
        return all.size();
    }
}
