package io.weir.edge.debug;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownKindTest {
    @ParameterizedTest
    @CsvSource({
        "/sys/p/d/thing/service/property/set, property_set",
        "/sys/p/d/thing/service/rinse, service",
        "/sys/p/d/rrpc/request/17, service",
        "/ext/rrpc/17/sys/p/d/thing/service/selftest, service",
        "/ext/rrpc/17/p/d/user/question, ask",
        "/sys/p/d/thing/event/property/post_reply, reply",
        "/sys/p/d/thing/model/down_raw, raw_down",
        "/ota/device/upgrade/p/d, firmware",
        "/sys/p/d/thing/ota/firmware/get_reply, reply",
        "/sys/p/d/thing/config/push, config",
        "/shadow/get/p/d, shadow",
        "/broadcast/p/news, broadcast",
        "/ext/ntp/p/d/response, ntp",
        "/ext/session/p/d/combine/login_reply, session",
        "/ext/echo/p/d, echo",
        "/sys/p/d/thing/topo/change, request",
        "/p/d/user/get, message"
    })
    void aTopicSaysWhatItIsAbout(String topic, String kind) {
        assertThat(DownKind.of(topic)).isEqualTo(kind);
    }
}
