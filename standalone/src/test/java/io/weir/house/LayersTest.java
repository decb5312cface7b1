package io.weir.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.util.List;

/** Who may import whom (DESIGN section 1). Think hard before changing this file. */
@AnalyzeClasses(packages = "io.weir", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    private static final List<String> CONTEXTS =
            List.of(
                    "members",
                    "devices",
                    "dispense",
                    "ledger",
                    "oms",
                    "vendors",
                    "sharing",
                    "system",
                    "ingest",
                    "push",
                    "door",
                    "subscription",
                    "files",
                    "ota",
                    "configuration",
                    "debug",
                    "audit",
                    "twin");

    @ArchTest
    static final ArchRule MODEL_KNOWS_ONLY_ITSELF =
            noClasses()
                    .that()
                    .resideInAPackage("io.weir.model..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                    "io.weir.api..",
                                    "io.weir.runtime..",
                                    "io.vertx..",
                                    "com.fasterxml.jackson.databind..",
                                    "com.fasterxml.jackson.core.."));

    @ArchTest
    static final ArchRule API_KNOWS_ONLY_THE_MODEL =
            noClasses()
                    .that()
                    .resideInAPackage("io.weir.api..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                    "io.weir.runtime..",
                                    "io.vertx..",
                                    "io.weir.edge..",
                                    "io.weir.cloud.."));

    @ArchTest
    static final ArchRule RUNTIME_KNOWS_NO_MODULE =
            noClasses()
                    .that()
                    .resideInAPackage("io.weir.runtime..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                    "io.weir.edge..", "io.weir.cloud..", "io.weir.standalone.."));

    @ArchTest
    static final ArchRule EDGE_AND_CLOUD_ARE_STRANGERS =
            noClasses()
                    .that()
                    .resideInAPackage("io.weir.edge..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.weir.cloud..", "io.weir.standalone.."));

    @ArchTest
    static final ArchRule CLOUD_KNOWS_NO_EDGE =
            noClasses()
                    .that()
                    .resideInAPackage("io.weir.cloud..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage("io.weir.edge..", "io.weir.standalone.."));

    @ArchTest
    static void aContextNeverImportsAnotherContext(JavaClasses classes) {
        for (String context : CONTEXTS) {
            String[] others =
                    CONTEXTS.stream()
                            .filter(other -> !other.equals(context))
                            .map(other -> "io.weir.cloud." + other + "..")
                            .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("io.weir.cloud." + context + "..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(others))
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    @ArchTest
    static final ArchRule PURE_CODE_IS_PURE =
            noClasses()
                    .that()
                    .haveSimpleNameEndingWith("Flow")
                    .or()
                    .haveSimpleNameEndingWith("Pricing")
                    .or()
                    .haveSimpleNameEndingWith("Meter")
                    .or()
                    .haveSimpleNameEndingWith("Engine")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                    "io.vertx..",
                                    "io.weir.runtime.sql..",
                                    "io.weir.runtime.time..",
                                    "java.sql.."));
}
