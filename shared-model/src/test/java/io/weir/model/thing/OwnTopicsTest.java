package io.weir.model.thing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.problem.FieldError;
import io.weir.model.thing.TopicClass.Access;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

class OwnTopicsTest {
    @ParameterizedTest
    @CsvSource({
        "user/get, user/get, true",
        "user/get, user/get/more, false",
        "user/get, user, false",
        "user/get, user/+, false",
        "user/get, user/#, false",
        "user/+, user/get, true",
        "user/+, user/+, true",
        "user/+, user/#, false",
        "user/+, user/get/more, false",
        "user/#, user/get/more, true",
        "user/#, user/#, true",
        "user/#, user/+/more, true",
        "user/#, user, true",
        "user/#, #, false",
        "#, #, true",
        "#, a/+/b, true"
    })
    void aFilterMustBeWithinAClass(String of, String filter, boolean may) {
        OwnTopics topics = OwnTopics.of(List.of(new TopicClass(of, Access.SUBSCRIBE)));
        assertThat(topics.maySubscribe(filter)).isEqualTo(may);
        assertThat(topics.mayPublish(filter)).isFalse();
    }

    @Test
    void withoutClassesEverythingIsAllowed() {
        assertThat(OwnTopics.of(List.of()).mayPublish("any/thing")).isTrue();
        assertThat(OwnTopics.of(List.of()).maySubscribe("#")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/a",
                "a/",
                "a//b",
                "a/#/b",
                "a#",
                "a+/b",
                "a b",
                "ä",
                "1/2/3/4/5/6/7/8"
            })
    void whatIsNoTopicIsNamed(String topic) {
        List<FieldError> faults =
                OwnTopics.faults(
                        List.of(
                                new TopicClass("fine", Access.BOTH),
                                new TopicClass(topic, Access.BOTH)));
        assertThat(faults).extracting(FieldError::field).containsExactly("topics[1].topic");
    }

    @Test
    void tooManyTooLongAndTwiceAreNamed() {
        var one = new TopicClass("a", Access.PUBLISH);
        assertThat(OwnTopics.faults(List.of(one, one))).hasSize(1);
        var tooLong = new TopicClass("a".repeat(OwnTopics.TOPIC_BYTES + 1), Access.PUBLISH);
        assertThat(OwnTopics.faults(List.of(tooLong))).hasSize(1);
        assertThat(OwnTopics.faults(Collections.nCopies(OwnTopics.CLASSES + 1, one)))
                .extracting(FieldError::field)
                .contains("topics");
    }

    @Property
    void everyTopicIsWithinTheClassesThatStandForIt(
            @ForAll @Size(min = 1, max = 7)
                    List<@AlphaChars @StringLength(min = 1, max = 5) String> levels) {
        String topic = String.join("/", levels);
        assertThat(OwnTopics.faults(List.of(new TopicClass(topic, Access.BOTH)))).isEmpty();
        for (int i = 0; i < levels.size(); i++) {
            List<String> any = new ArrayList<>(levels);
            any.set(i, "+");
            String rest = String.join("/", levels.subList(0, i)) + (i == 0 ? "#" : "/#");
            for (String wide : List.of(topic, String.join("/", any), rest)) {
                OwnTopics one = OwnTopics.of(List.of(new TopicClass(wide, Access.PUBLISH)));
                assertThat(one.mayPublish(topic)).as("%s in %s", topic, wide).isTrue();
                assertThat(one.mayPublish(topic + "/more"))
                        .as("%s/more in %s", topic, wide)
                        .isEqualTo(wide.endsWith("#"));
            }
        }
    }
}
