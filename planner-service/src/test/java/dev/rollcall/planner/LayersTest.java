package dev.rollcall.planner;

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

/** The layering: decisions are pure, adapters depend on them and not the other way round. */
@AnalyzeClasses(packages = "dev.rollcall.planner", importOptions = ImportOption.DoNotIncludeTests.class)
class LayersTest {

    @ArchTest
    static final ArchRule DOMAIN_IS_PURE = classes()
            .that()
            .resideInAPackage("..planner.domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.rollcall.planner.domain..",
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.nio..",
                    "java.security..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule DOMAIN_HAS_NO_CLOCK_AND_NO_CHANCE = noClasses()
            .that()
            .resideInAPackage("..planner.domain..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Clock.class, Random.class)
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule STATE_CHANGES_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("..planner.domain..")
            .should()
            .callMethod(
                    dev.rollcall.planner.domain.PlanState.class,
                    "put",
                    dev.rollcall.planner.domain.PlanKey.class,
                    Record.class);
}
