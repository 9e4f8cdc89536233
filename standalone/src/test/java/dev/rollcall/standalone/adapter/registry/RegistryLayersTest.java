package dev.rollcall.standalone.adapter.registry;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The registry's rules know neither Kafka nor HTTP, and nothing of broker and registry knows the rest of the module. */
@AnalyzeClasses(packages = "dev.rollcall.standalone.adapter", importOptions = DoNotIncludeTests.class)
class RegistryLayersTest {

    private static final String RULES = ".*\\.(SubjectBook|Compatibility|RegistryEvent|RegistryException)(\\$.*)?";

    @ArchTest
    static final ArchRule rulesArePure = classes()
            .that()
            .haveNameMatching(RULES)
            .should()
            .onlyDependOnClassesThat()
            .haveNameMatching(RULES + "|(java|org\\.apache\\.avro|org\\.jspecify)\\..*|\\[?[a-zA-Z]+|\\[L.*");

    @ArchTest
    static final ArchRule onlyTheLogKnowsKafka = noClasses()
            .that()
            .resideInAPackage("..adapter.registry..")
            .and()
            .doNotHaveSimpleName("KafkaSchemaLog")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule onlyTheServerKnowsHttp = noClasses()
            .that()
            .doNotHaveSimpleName("EmbeddedRegistry")
            .and()
            .resideInAPackage("..adapter.registry..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule brokerAndRegistryStandAlone = noClasses()
            .that()
            .resideInAnyPackage("..adapter.broker..", "..adapter.registry..", "..adapter.net..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "dev.rollcall.standalone.app..", "scala..");

    @ArchTest
    static final ArchRule registryKnowsNoBroker = noClasses()
            .that()
            .resideInAPackage("..adapter.registry..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..adapter.broker..");
}
