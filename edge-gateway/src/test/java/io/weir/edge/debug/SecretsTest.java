package io.weir.edge.debug;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.weir.runtime.json.Json;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class SecretsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"deviceSecret\":\"abc\",\"deviceName\":\"d\"}|{\"deviceSecret\":\"***\",\"deviceName\":\"d\"}",
                "{\"sign\" : \"a\\\"b\", \"signMethod\":\"md5\"}|{\"sign\" : \"***\","
                        + " \"signMethod\":\"md5\"}",
                "{\"password\":12.5,\"n\":1}|{\"password\":\"***\",\"n\":1}",
                "{\"token\":null}|{\"token\":\"***\"}",
                "{\"token\":\"never ends|{\"token\":\"***\"",
                "{\"deviceSecret\":\"ends in a \\|{\"deviceSecret\":\"***\"",
                "{\"url\":\"http://g/d/1?token=abc.def&n=2\"}|{\"url\":\"http://g/d/1?token=***&n=2\"}",
                "http://g/d?n=2&Signature=abc def|http://g/d?n=2&Signature=*** def",
                "{\"design\":\"oak\",\"signal\":5,\"tokens\":3}|{\"design\":\"oak\",\"signal\":5,\"tokens\":3}",
                "{\"a\":\"token\",\"b\":\"deviceSecret\"}|{\"a\":\"token\",\"b\":\"deviceSecret\"}",
                "plain words, nothing to hide|plain words, nothing to hide"
            })
    void whatIsNamedAsASecretIsStruckOutAndNothingElse(String text, String masked) {
        assertThat(Secrets.masked(text)).isEqualTo(masked);
    }

    @Test
    void anEmptyTextAndOneThatBreaksOffStayAsTheyAre() {
        for (String text :
                List.of("", "\"", "{\"token\"", "{\"token\":", "{\"token\": ", "?token")) {
            assertThat(Secrets.masked(text)).isEqualTo(text);
        }
    }

    /** Whatever the texts are, the document stays one, apart from the secret values. */
    @Property
    void aDocumentKeepsItsFormAndLosesItsSecrets(
            @ForAll @Size(max = 6) List<String> keys, @ForAll List<String> values) {
        ObjectNode plain = Json.MAPPER.createObjectNode();
        for (int i = 0; i < keys.size(); i++) {
            String value = i < values.size() ? values.get(i) : "";
            // What looks like a parameter of an address is another rule's.
            plain.put(
                    "k" + keys.get(i).replaceAll("(?i)[?&]|secret|token", ""),
                    value.replaceAll("[?&]", ""));
        }
        ObjectNode secret = plain.deepCopy();
        secret.put("deviceSecret", String.join("", values));
        JsonNode masked = Json.tree(Secrets.masked(secret.toString()));
        assertThat(masked.get("deviceSecret").asText()).isEqualTo(Secrets.MASK);
        ((ObjectNode) masked).remove("deviceSecret");
        assertThat(masked).isEqualTo(Json.tree(plain.toString()));
    }

    /** Anything at all ends, and what has no quotes and no parameters stays. */
    @Property
    void anyTextIsRead(@ForAll String text) {
        String masked = Secrets.masked(text);
        if (text.indexOf('"') < 0 && text.indexOf('?') < 0 && text.indexOf('&') < 0) {
            assertThat(masked).isEqualTo(text);
        }
    }
}
