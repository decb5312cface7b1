package io.weir.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The repository's own Java files. */
final class Sources {
    static final Path ROOT = Path.of(System.getProperty("weir.root", ".")).toAbsolutePath();
    private static final List<String> MODULES =
            List.of("shared-model", "edge-gateway", "cloud-core", "standalone");

    private Sources() {}

    static List<Path> main() {
        return under("src/main/java");
    }

    static List<Path> all() {
        return Stream.of("src/main/java", "src/test/java", "src/test/client", "src/bench/java")
                .flatMap(folder -> under(folder).stream())
                .toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> under(String folder) {
        return MODULES.stream()
                .map(m -> ROOT.resolve(m).resolve(folder))
                .flatMap(Sources::java)
                .toList();
    }

    private static Stream<Path> java(Path folder) {
        if (!Files.exists(folder)) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
