package io.weir.edge.debug;

/** What a message to a device is about, by its topic (facts: alink.md section 6). */
final class DownKind {
    private DownKind() {}

    static String of(String topic) {
        if (topic.startsWith("/ext/rrpc/")) {
            int behind = topic.indexOf('/', "/ext/rrpc/".length());
            boolean custom = behind < 0 || !topic.startsWith("/sys/", behind);
            return custom ? "ask" : of(topic.substring(behind));
        }
        if (topic.startsWith("/shadow/")) {
            return "shadow";
        }
        if (topic.startsWith("/ota/")) {
            return "firmware";
        }
        if (topic.startsWith("/broadcast/")) {
            return "broadcast";
        }
        if (topic.startsWith("/ext/ntp/")) {
            return "ntp";
        }
        if (topic.startsWith("/ext/session/")) {
            return "session";
        }
        if (topic.startsWith("/ext/echo/")) {
            return "echo";
        }
        return topic.startsWith("/sys/") ? system(topic) : "message";
    }

    private static String system(String topic) {
        if (topic.contains("/rrpc/request/")) {
            return "service";
        }
        if (topic.endsWith("_reply") || topic.endsWith("/thing/model/up_raw_reply")) {
            return "reply";
        }
        if (topic.endsWith("/thing/service/property/set")) {
            return "property_set";
        }
        if (topic.contains("/thing/service/")) {
            return "service";
        }
        if (topic.endsWith("/thing/model/down_raw")) {
            return "raw_down";
        }
        if (topic.contains("/thing/ota/")) {
            return "firmware";
        }
        if (topic.contains("/thing/config/")) {
            return "config";
        }
        return "request";
    }
}
