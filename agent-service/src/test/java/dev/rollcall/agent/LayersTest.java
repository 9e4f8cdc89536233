package dev.rollcall.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.rollcall.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {
    @ArchTest
    static final ArchRule layers = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("wiring")
            .definedBy("dev.rollcall.agent")
            .layer("adapter")
            .definedBy("dev.rollcall.agent.adapter..")
            .layer("app")
            .definedBy("dev.rollcall.agent.app..")
            .layer("domain")
            .definedBy("dev.rollcall.agent.domain..")
            .whereLayer("wiring")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("adapter")
            .mayOnlyBeAccessedByLayers("wiring")
            .whereLayer("app")
            .mayOnlyBeAccessedByLayers("adapter", "wiring");

    @ArchTest
    static final ArchRule domainIsPure = classes()
            .that()
            .resideInAPackage("dev.rollcall.agent.domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.net..",
                    "java.nio.charset..",
                    "java.io..",
                    "org.jspecify..",
                    "dev.rollcall.agent.domain..");

    @ArchTest
    static final ArchRule domainNeitherWaitsNorAsksTheWorld = noClasses()
            .that()
            .resideInAPackage("dev.rollcall.agent.domain..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID");

    @ArchTest
    static final ArchRule appKnowsNoTechnology = noClasses()
            .that()
            .resideInAPackage("dev.rollcall.agent.app..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.springframework..",
                    "org.apache.kafka..",
                    "org.apache.avro..",
                    "com.jcraft..",
                    "java.sql..",
                    "dev.rollcall.schemas..");
}
