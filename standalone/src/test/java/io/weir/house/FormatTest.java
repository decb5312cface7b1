package io.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One formatting for all: {@code mvn test -pl standalone -am -Dtest=FormatTest -Dweir.format=write}
 * puts it right.
 */
class FormatTest {
    private static final Formatter FORMATTER =
            new Formatter(
                    JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build());

    @Test
    void everyFileIsFormatted() throws IOException, FormatterException {
        boolean write = "write".equals(System.getProperty("weir.format"));
        List<Path> wrong = new ArrayList<>();
        for (Path file : Sources.all()) {
            String text = Sources.read(file);
            String formatted = FORMATTER.formatSourceAndFixImports(text);
            if (!formatted.equals(text)) {
                if (write) {
                    Files.writeString(file, formatted);
                } else {
                    wrong.add(Sources.ROOT.relativize(file));
                }
            }
        }
        assertThat(wrong).as("run FormatTest with -Dweir.format=write").isEmpty();
    }
}
