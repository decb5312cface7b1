package io.weir.e2e;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A Java client that OpenAPI Generator makes of a contract, compiled with the sources of {@code
 * src/test/client}. The generator runs in a JVM of its own, so that its many dependencies meet none
 * of ours.
 */
final class GeneratedClient {
    static final String API = "io.weir.client.api";
    private static final Path TOOLS = Path.of("target", "client-generator").toAbsolutePath();
    private static final Path STORY = Path.of("src", "test", "client").toAbsolutePath();

    /**
     * Names as the contract has them, nothing of its own about dates, nulls and lists: a list that
     * isn't set is not sent.
     */
    private static final String OPTIONS =
            "apiPackage="
                    + API
                    + ",modelPackage=io.weir.client.model,invokerPackage=io.weir.client"
                    + ",useJspecify=true,useJakartaEe=true,openApiNullable=false"
                    + ",containerDefaultToNull=true,hideGenerationTimestamp=true";

    private GeneratedClient() {}

    /** Its classes. Throws with the tool's own words if it can't be made. */
    static ClassLoader of(String contract) throws IOException, InterruptedException {
        Path folder = Path.of("target", "client").toAbsolutePath();
        clear(folder);
        generate(Files.writeString(folder.resolve("openapi.json"), contract), folder);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        compile(List.of(folder.resolve("src/main/java"), STORY), classes);
        URL[] urls = {url(classes), url(jar("jackson-datatype-jsr310"))};
        return new URLClassLoader("client", urls, GeneratedClient.class.getClassLoader());
    }

    private static void generate(Path contract, Path folder)
            throws IOException, InterruptedException {
        Path log = folder.resolve("generator.log");
        Process generator =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx700m",
                                "-jar",
                                jar("openapi-generator-cli").toString(),
                                "generate",
                                "--input-spec=" + contract,
                                "--generator-name=java",
                                "--library=native",
                                "--output=" + folder,
                                "--global-property=models,apis,supportingFiles,modelDocs=false,"
                                        + "apiDocs=false,modelTests=false,apiTests=false",
                                "--additional-properties=" + OPTIONS)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!generator.waitFor(3, TimeUnit.MINUTES) || generator.exitValue() != 0) {
            generator.destroyForcibly();
            throw new IllegalStateException("no client: " + Files.readString(log));
        }
    }

    private static void compile(List<Path> sources, Path classes) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        String ours =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        String path =
                String.join(
                        File.pathSeparator,
                        ours,
                        jar("jackson-datatype-jsr310").toString(),
                        jar("jakarta.annotation-api").toString());
        List<String> options =
                List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-classpath", path);
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var units = files.getJavaFileObjectsFromPaths(java(sources));
            if (!compiler.getTask(said, files, null, options, null, units).call()) {
                throw new IllegalStateException("the client does not compile:\n" + said);
            }
        }
    }

    private static List<Path> java(List<Path> folders) throws IOException {
        List<Path> found = new java.util.ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(f -> f.toString().endsWith(".java")).forEach(found::add);
            }
        }
        return found;
    }

    private static Path jar(String name) {
        Path jar = TOOLS.resolve(name + ".jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException("run mvn verify, it copies " + jar);
        }
        return jar;
    }

    private static URL url(Path path) throws IOException {
        URI uri = path.toUri();
        return uri.toURL();
    }

    private static void clear(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(folder);
    }
}
