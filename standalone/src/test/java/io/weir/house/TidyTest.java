package io.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What was decided against, with the replacement's name. */
class TidyTest {
    private record Ban(String what, String allowedIn, String instead) {
        Ban(String what, String instead) {
            this(what, "-", instead);
        }
    }

    private static final List<Ban> BANS =
            List.of(
                    new Ban(
                            "Instant\\.now\\(|System\\.currentTimeMillis\\(|System\\.nanoTime\\(|LocalDate\\.now\\(",
                            "SystemTime|OperationHandler|Topics",
                            "io.weir.runtime.time.Time"),
                    new Ban("System\\.(out|err)\\b", "Announcement|Main\\.java", "a logger"),
                    new Ban("Thread\\.sleep\\(", "a timer, or a wait with a deadline"),
                    new Ban(
                            "java\\.sql\\.|DriverManager|javax\\.sql",
                            "Migrations|PostgresServer|cloud/backup/",
                            "io.weir.runtime.sql.Tx"),
                    new Ban(
                            "\\b(double|float)\\s+\\w*(money|price|amount|fen|yuan|fee|charge|balance|cost)\\w*",
                            "io.weir.model.Money"),
                    new Ban(
                            "BigDecimal\\s+\\w*(money|price|amount|fen|yuan|fee|charge|balance|cost)",
                            "Money",
                            "io.weir.model.Money"),
                    new Ban(
                            "preparedQuery\\(|preparedBatch\\(|\\.query\\(",
                            "Store|Queries|Paged|Tx|SigningKey|Writer|Rows|Outbox|Quarantine|Splitter|Revocations|Timers|RequestReader",
                            "a *Store"),
                    new Ban("\\bAbstractVerticle\\b", "VerticleBase"),
                    // await() throws checked exceptions unseen: a lost connection is no
                    // RuntimeException
                    new Ban(
                            "catch \\(RuntimeException",
                            "edge-gateway|LedgerFlow|LedgerBatch|Splitter|BatchTransaction",
                            "catch (Exception"),
                    new Ban("SqlTemplate", "text blocks with $n in a *Store"),
                    new Ban(
                            "\\b(TODO|FIXME|XXX|HACK)\\b",
                            "doing it, or leaving it out and saying so"),
                    new Ban(
                            "System\\.getenv\\(",
                            "Main\\.java|Node\\.java",
                            "NodeSettings or the verticle's config record"),
                    new Ban(
                            "new Random\\(\\)|Math\\.random\\(",
                            "SecureRandom, ThreadLocalRandom or a seeded Random"));

    private static final String LENT = "\\.inheritIO\\(|Redirect\\.INHERIT";

    @Test
    void nothingThatWasDecidedAgainstCameBack() {
        List<String> found = new ArrayList<>();
        for (Path file : Sources.main()) {
            String[] lines = Sources.read(file).split("\n");
            for (int i = 0; i < lines.length; i++) {
                for (Ban ban : BANS) {
                    if (Pattern.compile(ban.what()).matcher(lines[i]).find()
                            && !Pattern.compile(ban.allowedIn())
                                    .matcher(Sources.ROOT.relativize(file).toString())
                                    .find()) {
                        found.add(
                                Sources.ROOT.relativize(file)
                                        + ":"
                                        + (i + 1)
                                        + " "
                                        + lines[i].trim()
                                        + "  -> use "
                                        + ban.instead());
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void noFileIsLongerThanAPersonReads() {
        assertThat(Sources.main())
                .filteredOn(f -> Sources.read(f).lines().count() > 500)
                .as("split by operation")
                .isEmpty();
    }

    /** The tests' own standard input and output are the build's channel to them. */
    @Test
    void noTestLendsItsStandardStreamsToAProcess() {
        assertThat(Sources.all())
                .filteredOn(f -> f.toString().contains("/src/test/"))
                .filteredOn(f -> !f.endsWith("TidyTest.java"))
                .filteredOn(f -> Pattern.compile(LENT).matcher(Sources.read(f)).find())
                .as("redirect the output to a file or read it")
                .isEmpty();
    }
}
