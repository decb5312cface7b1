package io.weir.edge.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.edge.ingest.mqtt.AlinkTopic.Kind;

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
        "/sys/pk/dn/thing/event/property/batch/post, OTHER, ''",
        "/sys/pk/dn/thing/event//post, OTHER, ''",
        "/sys/pk/dn/thing/service/property/set_reply, REPLY, ''",
        "/sys/pk/dn/thing/service/dispense_reply, REPLY, ''",
        "/sys/pk/dn/rrpc/response/77, RRPC_REPLY, 77",
        "/ext/rrpc/78/sys/pk/dn/thing/service/selftest, RRPC_REPLY, 78",
        "/ext/rrpc/79/any/custom, RRPC_REPLY, 79",
        "/ext/ntp/pk/dn/request, OTHER, ''",
        "/ota/device/inform/pk/dn, OTHER, ''",
        "/shadow/update/pk/dn, OTHER, ''",
        "/ext/session/pk/dn/combine/login, OTHER, ''",
        "/pk/dn/user/update, OTHER, ''",
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
        assertThat(new String(route.replyTopic))
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
