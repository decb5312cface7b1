package io.weir.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.dispense.DispenseState;
import io.weir.model.dispense.EndReason;
import io.weir.model.dispense.Outlet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Everything a person reads on our pages stands in {@code words.js}, in Chinese and in English. */
class WordsTest {
    private static final Pattern WORD =
            Pattern.compile("(\\w+): \\['((?:[^'\\\\]|\\\\.)+)', '((?:[^'\\\\]|\\\\.)+)'\\]");
    private static final Pattern ENTRY = Pattern.compile("\\w+: \\[");
    private static final Pattern CALL = Pattern.compile("\\bt\\('(\\w+)'");
    private static final Pattern NOTICE = Pattern.compile("notice: '(\\w+)'");
    private static final Pattern TILE = Pattern.compile("tile\\('(\\w+)'");
    private static final Pattern QUOTED = Pattern.compile("'(\\w+)'");
    private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");
    private static final Pattern HOLE = Pattern.compile("\\{\\w+\\}");

    private record Word(String chinese, String english) {}

    @ParameterizedTest
    @ValueSource(strings = {"scan", "console", "register"})
    void everyWordUsedIsThereAndEveryWordThereIsUsed(String page) {
        String script = read(page + "/" + page + ".js");
        script += page.equals("scan") ? read("scan/codes.js") : "";
        Map<String, Word> words = words(page);
        Set<String> used = new TreeSet<>();
        for (Pattern use : new Pattern[] {CALL, NOTICE, TILE}) {
            use.matcher(script).results().forEach(m -> used.add(m.group(1)));
        }
        assertThat(used).hasSizeGreaterThan(15);
        assertThat(words.keySet()).containsAll(used);

        Set<String> mentioned = new HashSet<>(names(EndReason.values()));
        mentioned.addAll(names(DispenseState.values()));
        mentioned.addAll(outlets());
        QUOTED.matcher(script).results().forEach(m -> mentioned.add(m.group(1)));
        assertThat(mentioned).containsAll(words.keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"scan", "console", "register"})
    void everyWordIsInBothLanguagesWithTheSameValues(String page) {
        Map<String, Word> words = words(page);
        long entries = ENTRY.matcher(read(page + "/words.js")).results().count();
        assertThat(words).as("each key once, each with two texts").hasSize((int) entries);
        words.forEach(
                (key, word) -> {
                    assertThat(holes(word.chinese())).as(key).isEqualTo(holes(word.english()));
                    if (!key.equals("other_language")) {
                        assertThat(word.english()).as(key).doesNotContainPattern(CHINESE);
                        assertThat(HOLE.matcher(word.chinese()).replaceAll(""))
                                .as(key)
                                .containsPattern(CHINESE);
                    }
                });
    }

    @Test
    void whatTheServerNamesHasWords() {
        assertThat(words("scan").keySet())
                .containsAll(names(EndReason.values()))
                .containsAll(outlets());
        assertThat(words("console").keySet()).containsAll(names(DispenseState.values()));
        Matchers.problems(read("scan/scan.js"))
                .forEach(key -> assertThat(words("scan")).containsKey(key));
    }

    /** The table from a problem's code to the word that says it. */
    private static final class Matchers {
        private static final Pattern TABLE =
                Pattern.compile("const PROBLEMS = \\{(.*?)\\};", Pattern.DOTALL);

        static Set<String> problems(String script) {
            var table = TABLE.matcher(script);
            assertThat(table.find()).isTrue();
            Set<String> keys = new TreeSet<>();
            QUOTED.matcher(table.group(1)).results().forEach(m -> keys.add(m.group(1)));
            assertThat(keys).isNotEmpty();
            return keys;
        }
    }

    private static Set<String> outlets() {
        Set<String> keys = new TreeSet<>();
        names(Outlet.values()).forEach(name -> keys.add(name.toLowerCase(Locale.ROOT)));
        return keys;
    }

    private static Set<String> names(Enum<?>[] values) {
        Set<String> names = new TreeSet<>();
        Arrays.stream(values).forEach(v -> names.add(v.name()));
        return names;
    }

    private static Set<String> holes(String text) {
        Set<String> holes = new TreeSet<>();
        HOLE.matcher(text).results().forEach(m -> holes.add(m.group()));
        return holes;
    }

    private static Map<String, Word> words(String page) {
        Map<String, Word> words = new TreeMap<>();
        WORD.matcher(read(page + "/words.js"))
                .results()
                .forEach(m -> words.put(m.group(1), new Word(m.group(2), m.group(3))));
        return words;
    }

    private static String read(String file) {
        try (InputStream in = WordsTest.class.getResourceAsStream("/web/" + file)) {
            assertThat(in).as(file).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
