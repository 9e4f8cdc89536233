package dev.rollcall.task;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** The layers: domain is pure, app knows domain only, adapters know both. */
@AnalyzeClasses(packages = "dev.rollcall.task", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

    @ArchTest
    static final ArchRule shouldKeepTheDomainPure = classes()
            .that()
            .resideInAPackage("..task.domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.rollcall.task.domain..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule shouldGiveTimeAndChanceToTheDomainAsArguments = noClasses()
            .that()
            .resideInAPackage("..task.domain..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Clock.class, Random.class);

    @ArchTest
    static final ArchRule shouldKeepTheAppOffThePlatform = classes()
            .that()
            .resideInAPackage("..task.app..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.rollcall.task.app..", "dev.rollcall.task.domain..", "java..", "org.jspecify..", "org.slf4j..");

    @ArchTest
    static final ArchRule shouldKeepOtherServicesOut = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.rollcall.planner..",
                    "dev.rollcall.agent..",
                    "dev.rollcall.gateway..",
                    "dev.rollcall.standalone..");
}
