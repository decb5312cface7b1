package io.weir.edge.alink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.alink.AlinkTopic.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlinkTopicTest {
    @ParameterizedTest
    @CsvSource({
        "/sys/pk/dn/thing/event/property/post, PROPERTY_POST, ''",
        "/sys/pk/dn/thing/event/fault/post, EVENT_POST, fault",
        "/sys/pk/dn/thing/event/mod:fault/post, EVENT_POST, mod:fault",
        "/sys/pk/dn/thing/event/property/batch/post, BATCH_POST, ''",
        "/sys/pk/dn/thing/event//post, OTHER, ''",
        "/sys/pk/dn/thing/service/property/set_reply, REPLY, ''",
        "/sys/pk/dn/thing/service/dispense_reply, REPLY, ''",
        "/sys/pk/dn/rrpc/response/77, RRPC_REPLY, 77",
        "/ext/rrpc/78/sys/pk/dn/thing/service/selftest, RRPC_REPLY, 78",
        "/ext/rrpc/79/any/custom, RRPC_REPLY, 79",
        "/sys/pk/dn/thing/event/property/pack/post, PACK_POST, ''",
        "/sys/pk/dn/thing/event/property/history/post, HISTORY_POST, ''",
        "/sys/pk/dn/thing/config/push_reply, REPLY, ''",
        "/sys/pk/dn/thing/topo/add/notify_reply, REPLY, ''",
        "/sys/pk/dn/thing/deviceinfo/update, ASK, ''",
        "/sys/pk/dn/thing/property/desired/get, ASK, ''",
        "/sys/pk/dn/thing/ota/firmware/get, FIRMWARE_GET, ''",
        "/sys/pk/dn/thing/no/such/thing, OTHER, ''",
        "/sys/pk/dn/thing/model/up_raw, RAW_UP, ''",
        "/sys/pk/dn/thing/model/down_raw_reply, RAW_REPLY, ''",
        "/sys/pk/dn/thing/log/post, LOG_POST, ''",
        "/sys/pk/dn/thing/file/download, FILE_DOWNLOAD, ''",
        "/sys/pk/dn/thing/file/upload/mqtt/init, ASK, ''",
        "/sys/pk/dn/thing/file/upload/mqtt/send, FILE_SEND, ''",
        "/sys/pk/dn/thing/dynamicTsl/get, MODEL_GET, ''",
        "/ext/ntp/pk/dn/request, NTP, ''",
        "/ext/ntp/pk/dn/response, OTHER, ''",
        "/ota/device/inform/pk/dn, VERSION, ''",
        "/ota/device/progress/pk/dn, UPGRADE, ''",
        "/ota/device/request/pk/dn, FIRMWARE_GET, ''",
        "/ota/device/upgrade/pk/dn, OTHER, ''",
        "/shadow/update/pk/dn, SHADOW, ''",
        "/shadow/get/pk/dn, OTHER, ''",
        "/ext/session/pk/dn/combine/login, SESSION, login",
        "/ext/session/pk/dn/combine/batch_logout, SESSION, batch_logout",
        "/ext/session/pk/dn/combine/other, OTHER, ''",
        "/pk/dn/user/update, MESSAGE, user/update",
        "/pk/dn/get, MESSAGE, get",
    })
    void ownTopicsAreResolved(String topic, Kind kind, String name) {
        AlinkTopic route = AlinkTopic.parse(topic, "pk", "dn");
        assertThat(route.kind).isEqualTo(kind);
        assertThat(route.name).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sys/pk/dn2/thing/event/property/post",
                "/sys/pk2/dn/thing/event/property/post",
                "/sys/pk/dnx",
                "/sys/pk/dn",
                "/ext/rrpc/78/sys/pk/other/thing/service/selftest",
                "/ext/rrpc/",
                "/ota/device/inform/pk/other",
                "/ota/device/inform/pk/dn/more",
                "/shadow/update/pk",
                "/broadcast/pk/all",
                "/pk/other/user/update",
                "$SYS/broker",
                "",
                "/",
                "sys/pk/dn/thing/event/property/post"
            })
    void topicsOfOthersAreForeign(String topic) {
        assertThat(AlinkTopic.parse(topic, "pk", "dn").kind).isEqualTo(Kind.FOREIGN);
    }

    @Test
    void methodAndReplyTopicComeFromTheTopic() {
        AlinkTopic route = AlinkTopic.parse("/sys/pk/dn/thing/event/fault/post", "pk", "dn");
        assertThat(route.method).isEqualTo("thing.event.fault.post");
        assertThat(new String(route.replyBytes()))
                .isEqualTo("/sys/pk/dn/thing/event/fault/post_reply");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sys/pk/dn/thing/event/property/post_reply",
                "/sys/pk/dn/#",
                "/sys/pk/dn/rrpc/request/+",
                "/ext/rrpc/+/sys/pk/dn/thing/service/+",
                "/ext/session/pk/dn/combine/login_reply",
                "/ota/device/upgrade/pk/dn",
                "/shadow/get/pk/dn",
                "/broadcast/pk/all",
                "/pk/dn/user/get"
            })
    void ownFiltersAreGranted(String filter) {
        assertThat(AlinkTopic.maySubscribe(filter, "pk", "dn")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+/+/+/#",
                "/sys/#",
                "/sys/+/+/thing/#",
                "/sys/pk/+/thing/#",
                "/sys/pk/other/thing/#",
                "/shadow/get/+/dn",
                "/broadcast/+/all",
                "$SYS/#"
            })
    void filtersThatReachOthersAreRefused(String filter) {
        assertThat(AlinkTopic.maySubscribe(filter, "pk", "dn")).isFalse();
    }
}
