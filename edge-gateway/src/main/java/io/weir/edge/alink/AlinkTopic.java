package io.weir.edge.alink;

import io.weir.edge.registry.Device;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a device publishes to (facts: alink.md section 6), resolved once per topic and connection.
 * Written without split and patterns: it runs for topics that anybody may make up.
 */
public final class AlinkTopic {
    /** Which handler a message goes to. */
    public enum Kind {
        PROPERTY_POST,
        EVENT_POST,
        BATCH_POST,
        PACK_POST,
        HISTORY_POST,
        /** Reply to anything that was sent down; matched by the id inside. */
        REPLY,
        /** Reply to a synchronous service; matched by the message id in the topic. */
        RRPC_REPLY,
        /** A question that a context of the cloud answers, see {@link Questions}. */
        ASK,
        SHADOW,
        NTP,
        MODEL_GET,
        VERSION,
        UPGRADE,
        /** The old way to ask is answered on the push topic, the new one on its reply topic. */
        FIRMWARE_GET,
        FILE_DOWNLOAD,
        CONFIG_GET,
        FILE_SEND,
        LOG_POST,
        RAW_UP,
        /** Bytes that answer a command; name: the message id of a synchronous one, else empty. */
        RAW_REPLY,
        /** Login and logout of sub-devices; name: login, batch_login, logout, batch_logout. */
        SESSION,
        /** One of the device's own topics; name: what stands behind {@code /{pk}/{dn}/}. */
        MESSAGE,
        /** The device's own, but nothing that this gateway handles. */
        OTHER,
        FOREIGN;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** In small letters, as people and metrics have it. */
        public String label() {
            return label;
        }
    }

    private static final String EVENT = "thing/event/";
    private static final String POST = "/post";
    private static final String SCRIPT_MARK = "?_sn=default";

    public final Kind kind;

    /** The whole topic. */
    public final String text;

    /** Event identifier, RRPC message id .., as the kind says; else empty. */
    public final String name;

    /** As the topic says it: {@code thing.event.property.post}, {@code shadow.update}. */
    public final String method;

    private final String replyTopic;
    private final byte[] replyBytes;
    private final byte[] success;

    private AlinkTopic(Kind kind, String name, String method, String replyTopic) {
        this(kind, "", name, method, replyTopic);
    }

    private AlinkTopic(Kind kind, String text, String name, String method, String replyTopic) {
        this.kind = kind;
        this.text = text;
        this.name = name;
        this.method = method;
        this.replyTopic = replyTopic;
        this.replyBytes = replyTopic.getBytes(StandardCharsets.UTF_8);
        this.success =
                replyTopic.isEmpty()
                        ? new byte[0]
                        : AlinkReply.tail(AlinkReply.OK, "success", method, "{}");
    }

    /** Where its reply goes; empty when there is none. */
    public String reply() {
        return replyTopic;
    }

    /** The same as UTF-8; not to be changed. */
    public byte[] replyBytes() {
        return replyBytes;
    }

    /** Nothing else will ever be published to it: it answers one synchronous command. */
    public boolean once() {
        return kind == Kind.RRPC_REPLY || (kind == Kind.RAW_REPLY && !name.isEmpty());
    }

    /** Everything of a success reply after its id. */
    byte[] successTail() {
        return success;
    }

    /** As {@link #parse}; one of the device's own topics that its product forbids is foreign. */
    public static AlinkTopic of(String topic, Device device) {
        AlinkTopic parsed = parse(topic, device.productKey(), device.deviceName());
        return parsed.kind == Kind.MESSAGE
                        && !device.product().topics().mayPublish(unmarked(parsed.name))
                ? plain(Kind.FOREIGN).at(topic)
                : parsed;
    }

    /** A topic without what asks for the product's script behind it. */
    public static String unmarked(String name) {
        return name.endsWith(SCRIPT_MARK)
                ? name.substring(0, name.length() - SCRIPT_MARK.length())
                : name;
    }

    public static AlinkTopic parse(String topic, String productKey, String deviceName) {
        return meaning(topic, productKey, deviceName).at(topic);
    }

    private AlinkTopic at(String topic) {
        return new AlinkTopic(kind, topic, name, method, replyTopic);
    }

    private static AlinkTopic meaning(String topic, String productKey, String deviceName) {
        String own = productKey + "/" + deviceName;
        if (inside(topic, "/sys/", own)) {
            return sys(topic, topic.substring("/sys/".length() + own.length() + 1));
        }
        if (topic.startsWith("/ext/")) {
            return ext(topic, own);
        }
        if (around(topic, "/shadow/", own)) {
            boolean update = topic.startsWith("/shadow/update/");
            return update
                    ? new AlinkTopic(Kind.SHADOW, "", "shadow.update", "/shadow/get/" + own)
                    : plain(Kind.OTHER);
        }
        if (around(topic, "/ota/device/", own)) {
            return ota(topic.substring("/ota/device/".length(), topic.indexOf(own) - 1), own);
        }
        if (inside(topic, "/", own)) {
            return new AlinkTopic(Kind.MESSAGE, topic.substring(own.length() + 2), "", "");
        }
        return plain(Kind.FOREIGN);
    }

    /** As the other one; of its own topics a device gets those that its product allows. */
    public static boolean maySubscribe(String filter, Device device) {
        String own = device.productKey() + "/" + device.deviceName();
        return inside(filter, "/", own)
                ? device.product().topics().maySubscribe(filter.substring(own.length() + 2))
                : maySubscribe(filter, device.productKey(), device.deviceName());
    }

    /** May a device subscribe to this filter? What it is not about is refused. */
    static boolean maySubscribe(String filter, String productKey, String deviceName) {
        String own = productKey + "/" + deviceName;
        return filter.startsWith("/ext/rrpc/")
                || filter.startsWith("/ext/register")
                || filter.startsWith("/ext/regnwl")
                || filter.startsWith("/broadcast/" + productKey + "/")
                || inside(filter, "/sys/", own)
                || inside(filter, "/", own)
                || inside(filter, "/ext/session/", own)
                || inside(filter, "/ext/ntp/", own)
                || around(filter, "/shadow/", own)
                || around(filter, "/ota/device/", own);
    }

    private static AlinkTopic sys(String topic, String rest) {
        if (rest.startsWith("rrpc/response/")) {
            return named(Kind.RRPC_REPLY, rest.substring("rrpc/response/".length()));
        }
        if (!rest.startsWith("thing/")) {
            return plain(Kind.OTHER);
        }
        String method = rest.replace('/', '.');
        // The length keeps thing/event/post out, whose slash can't be both.
        if (rest.length() >= EVENT.length() + POST.length()
                && rest.startsWith(EVENT)
                && rest.endsWith(POST)) {
            return event(topic, rest.substring(EVENT.length()), method);
        }
        return switch (rest) {
            case "thing/model/up_raw" -> replying(Kind.RAW_UP, topic, method);
            case "thing/model/down_raw_reply" -> named(Kind.RAW_REPLY, "");
            case "thing/log/post" -> replying(Kind.LOG_POST, topic, method);
            case "thing/ota/firmware/get" -> replying(Kind.FIRMWARE_GET, topic, method);
            case "thing/config/get" -> replying(Kind.CONFIG_GET, topic, method);
            case "thing/file/download" -> replying(Kind.FILE_DOWNLOAD, topic, method);
            case "thing/file/upload/mqtt/send" -> replying(Kind.FILE_SEND, topic, method);
            case "thing/dsltemplate/get", "thing/tsltemplate/get", "thing/dynamicTsl/get" ->
                    replying(Kind.MODEL_GET, topic, method);
            default ->
                    rest.endsWith("_reply")
                            ? named(Kind.REPLY, "")
                            : Questions.answers(method)
                                    ? replying(Kind.ASK, topic, method)
                                    : plain(Kind.OTHER);
        };
    }

    private static AlinkTopic event(String topic, String about, String method) {
        String name = about.substring(0, about.length() - POST.length());
        return switch (name) {
            case "property" -> replying(Kind.PROPERTY_POST, topic, method);
            case "property/batch" -> replying(Kind.BATCH_POST, topic, method);
            case "property/pack" -> replying(Kind.PACK_POST, topic, method);
            case "property/history" -> replying(Kind.HISTORY_POST, topic, method);
            default ->
                    name.isEmpty() || name.indexOf('/') >= 0
                            ? plain(Kind.OTHER)
                            : new AlinkTopic(Kind.EVENT_POST, name, method, topic + "_reply");
        };
    }

    private static AlinkTopic ext(String topic, String own) {
        String rrpc = "/ext/rrpc/";
        if (topic.startsWith(rrpc)) {
            int slash = topic.indexOf('/', rrpc.length());
            boolean others =
                    slash >= 0
                            && topic.startsWith("/sys/", slash)
                            && !inside(topic.substring(slash), "/sys/", own);
            if (slash < 0 || others) {
                return plain(Kind.FOREIGN);
            }
            boolean raw =
                    topic.endsWith("/thing/model/down_raw") && topic.startsWith("/sys/", slash);
            String id = topic.substring(rrpc.length(), slash);
            return named(raw ? Kind.RAW_REPLY : Kind.RRPC_REPLY, id);
        }
        if (inside(topic, "/ext/ntp/", own)) {
            return topic.endsWith("/request")
                    ? new AlinkTopic(Kind.NTP, "", "", "/ext/ntp/" + own + "/response")
                    : plain(Kind.OTHER);
        }
        String combine = "/ext/session/" + own + "/combine/";
        if (topic.startsWith(combine)) {
            String what = topic.substring(combine.length());
            return switch (what) {
                case "login", "batch_login", "logout", "batch_logout" ->
                        new AlinkTopic(Kind.SESSION, what, "combine." + what, topic + "_reply");
                default -> plain(Kind.OTHER);
            };
        }
        return plain(inside(topic, "/ext/session/", own) ? Kind.OTHER : Kind.FOREIGN);
    }

    private static AlinkTopic ota(String what, String own) {
        return switch (what) {
            case "inform" -> named(Kind.VERSION, "");
            case "progress" -> named(Kind.UPGRADE, "");
            case "request" ->
                    new AlinkTopic(
                            Kind.FIRMWARE_GET,
                            "",
                            "thing.ota.firmware.get",
                            "/ota/device/upgrade/" + own);
            default -> plain(Kind.OTHER);
        };
    }

    /** {@code prefix + own + "/.."} */
    private static boolean inside(String topic, String prefix, String own) {
        int end = prefix.length() + own.length();
        return topic.length() > end
                && topic.startsWith(prefix)
                && topic.startsWith(own, prefix.length())
                && topic.charAt(end) == '/';
    }

    /** {@code prefix + <one level> + "/" + own} */
    private static boolean around(String topic, String prefix, String own) {
        if (!topic.startsWith(prefix)) {
            return false;
        }
        int at = topic.indexOf('/', prefix.length()) + 1;
        return at > 0 && topic.length() == at + own.length() && topic.startsWith(own, at);
    }

    private static AlinkTopic plain(Kind kind) {
        return named(kind, "");
    }

    private static AlinkTopic named(Kind kind, String name) {
        return new AlinkTopic(kind, name, "", "");
    }

    private static AlinkTopic replying(Kind kind, String topic, String method) {
        return new AlinkTopic(kind, "", method, topic + "_reply");
    }
}
