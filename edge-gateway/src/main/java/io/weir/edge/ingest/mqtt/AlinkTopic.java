package io.weir.edge.ingest.mqtt;

import java.nio.charset.StandardCharsets;

/**
 * What a device publishes to (facts: alink.md section 6), resolved once per topic and connection.
 * Written without split and patterns: it runs for topics that anybody may make up.
 */
final class AlinkTopic {
    enum Kind {
        PROPERTY_POST,
        EVENT_POST,
        /** Reply to a property set or an asynchronous service; matched by the id inside. */
        REPLY,
        /** Reply to a synchronous service; matched by the message id in the topic. */
        RRPC_REPLY,
        /** The device's own, but nothing that this gateway handles. */
        OTHER,
        FOREIGN
    }

    private static final String PROPERTY = "property/post";

    final Kind kind;

    /** Event identifier or RRPC message id, else empty. */
    final String name;

    final byte[] replyTopic;
    private final byte[] success;
    final String method;

    private AlinkTopic(Kind kind, String name, String topic, String method) {
        this.kind = kind;
        this.name = name;
        this.method = method;
        boolean replies = kind == Kind.PROPERTY_POST || kind == Kind.EVENT_POST;
        this.replyTopic = replies ? utf8(topic + "_reply") : new byte[0];
        this.success = replies ? AlinkReply.tail(200, "success", method, "{}") : new byte[0];
    }

    /** Everything of a success reply after its id. */
    byte[] successTail() {
        return success;
    }

    static AlinkTopic parse(String topic, String productKey, String deviceName) {
        String own = productKey + "/" + deviceName;
        if (inside(topic, "/sys/", own)) {
            return sys(topic, topic.substring("/sys/".length() + own.length() + 1));
        }
        String rrpc = "/ext/rrpc/";
        if (topic.startsWith(rrpc)) {
            int slash = topic.indexOf('/', rrpc.length());
            boolean others =
                    topic.startsWith("/sys/", slash)
                            && !inside(topic.substring(slash), "/sys/", own);
            return slash < 0 || others
                    ? plain(Kind.FOREIGN)
                    : new AlinkTopic(
                            Kind.RRPC_REPLY, topic.substring(rrpc.length(), slash), topic, "");
        }
        return plain(mine(topic, own) ? Kind.OTHER : Kind.FOREIGN);
    }

    /** May a device subscribe to this filter? What it is not about is refused. */
    static boolean maySubscribe(String filter, String productKey, String deviceName) {
        return filter.startsWith("/ext/rrpc/")
                || filter.startsWith("/ext/register")
                || filter.startsWith("/ext/regnwl")
                || filter.startsWith("/broadcast/" + productKey + "/")
                || mine(filter, productKey + "/" + deviceName);
    }

    private static AlinkTopic sys(String topic, String rest) {
        if (rest.startsWith("rrpc/response/")) {
            String mid = rest.substring("rrpc/response/".length());
            return new AlinkTopic(Kind.RRPC_REPLY, mid, topic, "");
        }
        if (rest.startsWith("thing/service/") && rest.endsWith("_reply")) {
            return new AlinkTopic(Kind.REPLY, "", topic, "");
        }
        String event = "thing/event/";
        if (rest.startsWith(event) && rest.endsWith("/post")) {
            String method = rest.replace('/', '.');
            String about = rest.substring(event.length());
            if (about.equals(PROPERTY)) {
                return new AlinkTopic(Kind.PROPERTY_POST, "", topic, method);
            }
            String name = about.substring(0, about.length() - "/post".length());
            if (!name.isEmpty() && name.indexOf('/') < 0) {
                return new AlinkTopic(Kind.EVENT_POST, name, topic, method);
            }
        }
        return plain(Kind.OTHER);
    }

    private static boolean mine(String topic, String own) {
        return inside(topic, "/sys/", own)
                || inside(topic, "/", own)
                || inside(topic, "/ext/session/", own)
                || inside(topic, "/ext/ntp/", own)
                || around(topic, "/shadow/", 1, own)
                || around(topic, "/ota/device/", 1, own);
    }

    /** {@code prefix + own + "/.."} */
    private static boolean inside(String topic, String prefix, String own) {
        int end = prefix.length() + own.length();
        return topic.length() > end
                && topic.startsWith(prefix)
                && topic.startsWith(own, prefix.length())
                && topic.charAt(end) == '/';
    }

    /** {@code prefix + <any levels> + "/" + own} */
    private static boolean around(String topic, String prefix, int levels, String own) {
        if (!topic.startsWith(prefix)) {
            return false;
        }
        int at = prefix.length();
        for (int i = 0; i < levels; i++) {
            at = topic.indexOf('/', at) + 1;
            if (at == 0) {
                return false;
            }
        }
        return topic.length() == at + own.length() && topic.startsWith(own, at);
    }

    private static AlinkTopic plain(Kind kind) {
        return new AlinkTopic(kind, "", "", "");
    }

    private static byte[] utf8(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }
}
