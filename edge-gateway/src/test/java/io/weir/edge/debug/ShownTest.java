package io.weir.edge.debug;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.debug.DebugApi.Form;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

class ShownTest {
    private static Shown shown(String text, int most) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Shown.of(bytes, bytes.length, bytes.length, most);
    }

    @Test
    void textIsTextAndBytesAreDigits() {
        assertThat(shown("{\"a\":\"水\"}", 100))
                .isEqualTo(new Shown(Form.TEXT, "{\"a\":\"水\"}", 11, false));
        byte[] raw = {0x01, (byte) 0xff, 0x10};
        assertThat(Shown.of(raw, 3, 3, 100)).isEqualTo(new Shown(Form.HEX, "01ff10", 3, false));
        assertThat(Shown.of(raw, 3, 3, 4)).isEqualTo(new Shown(Form.HEX, "01ff", 3, true));
        assertThat(shown("", 100)).isEqualTo(new Shown(Form.TEXT, "", 0, false));
    }

    @Test
    void bytesThatHappenToBeLettersAreDigitsWhenAControlCharacterIsAmongThem() {
        assertThat(shown("ab\u0000c", 100).form()).isEqualTo(Form.HEX);
        assertThat(shown("ab\r\n\tc", 100).form()).isEqualTo(Form.TEXT);
    }

    @Test
    void aSecretIsStruckOutBeforeTheTextIsCut() {
        String text = "{\"deviceSecret\":\"" + "s".repeat(50) + "\",\"n\":1}";
        assertThat(shown(text, 24).text()).doesNotContain("ss").hasSize(24);
    }

    @Test
    void onlyTheBeginningOfALongPayloadMayBeThere() {
        byte[] start = Arrays.copyOf("水水水水".getBytes(StandardCharsets.UTF_8), 11);
        assertThat(Shown.of(start, 11, 5000, 100))
                .isEqualTo(new Shown(Form.TEXT, "水水水", 5000, true));
    }

    @Property
    void neverLongerThanAllowedAndNeverHalfACharacter(
            @ForAll byte[] payload, @ForAll @IntRange(min = 2, max = 40) int most) {
        Shown shown = Shown.of(payload, payload.length, payload.length, most);
        assertThat(shown.text().length()).isLessThanOrEqualTo(most);
        if (!shown.text().isEmpty()) {
            char last = shown.text().charAt(shown.text().length() - 1);
            assertThat(Character.isHighSurrogate(last)).isFalse();
        }
    }
}
