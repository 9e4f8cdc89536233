package dev.rollcall.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.util.Random;
import java.util.UUID;

@AnalyzeClasses(packages = "dev.rollcall.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

    @ArchTest
    static final ArchRule shouldKeepTheDomainPure = classes()
            .that()
            .resideInAPackage("..domain..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "dev.rollcall.gateway.domain..");

    @ArchTest
    static final ArchRule shouldKeepIdsTimeAndInputOutOfTheDomain = noClasses()
            .that()
            .resideInAPackage("..domain..")
            .should()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.net..", "java.nio.file..");

    @ArchTest
    static final ArchRule shouldKeepTheApplicationOffEveryPlatform = classes()
            .that()
            .resideInAPackage("..app..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "org.jspecify..", "dev.rollcall.gateway.domain..", "dev.rollcall.gateway.app..");

    @ArchTest
    static final ArchRule shouldKeepKafkaAndHttpApart = noClasses()
            .that()
            .resideInAPackage("..adapter.kafka..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..adapter.web..", "..adapter.security..")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.web..", "reactor..");

    @ArchTest
    static final ArchRule shouldKeepTheWireContractInTheKafkaAdapter = noClasses()
            .that()
            .resideOutsideOfPackage("..adapter.kafka..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.rollcall.schemas..", "org.apache.avro..", "org.apache.kafka..");

    @ArchTest
    static final ArchRule shouldHaveNoCyclesBetweenPackages =
            slices().matching("dev.rollcall.gateway.(**)").should().beFreeOfCycles();
}
