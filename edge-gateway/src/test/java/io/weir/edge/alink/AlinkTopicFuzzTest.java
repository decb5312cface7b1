package io.weir.edge.alink;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.weir.edge.Fuzz;
import io.weir.edge.TestProducts;
import io.weir.edge.alink.AlinkTopic.Kind;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/** Whatever anybody makes up as a topic or filter: it is the device's own, or it is foreign. */
class AlinkTopicFuzzTest {
    private static final String OWN = TestProducts.PK + "/" + TestProducts.DN;
    private static final Set<Kind> ANSWERED =
            EnumSet.of(
                    Kind.PROPERTY_POST,
                    Kind.EVENT_POST,
                    Kind.BATCH_POST,
                    Kind.PACK_POST,
                    Kind.HISTORY_POST,
                    Kind.ASK,
                    Kind.SHADOW,
                    Kind.NTP,
                    Kind.MODEL_GET,
                    Kind.FIRMWARE_GET,
                    Kind.FILE_DOWNLOAD,
                    Kind.FILE_SEND,
                    Kind.LOG_POST,
                    Kind.RAW_UP,
                    Kind.SESSION);

    @FuzzTest(maxDuration = Fuzz.BUDGET)
    void topics(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        String topic = text.replace("PK", TestProducts.PK).replace("DN", TestProducts.DN);
        AlinkTopic read = AlinkTopic.parse(topic, TestProducts.PK, TestProducts.DN);
        assertThat(!read.reply().isEmpty()).isEqualTo(ANSWERED.contains(read.kind));
        assertThat(read.replyBytes()).isEqualTo(read.reply().getBytes(StandardCharsets.UTF_8));
        if (!read.reply().isEmpty()) {
            assertThat(read.reply()).as("an answer goes to the asker").contains(OWN);
        }
        if (read.kind != Kind.FOREIGN && !topic.startsWith("/ext/rrpc/")) {
            assertThat(topic).contains(OWN);
        }
        if (AlinkTopic.maySubscribe(topic, TestProducts.PK, TestProducts.DN)) {
            assertThat(topic).containsAnyOf(OWN, "/ext/", "/broadcast/" + TestProducts.PK + "/");
        }
    }
}
