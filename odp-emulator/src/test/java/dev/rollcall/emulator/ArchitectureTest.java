package dev.rollcall.emulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final JavaClasses all = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.rollcall.emulator");

    @Test
    void shouldKeepProtocolAndConfigurationToThemselves() {
        classes()
                .that()
                .resideInAPackage("..emulator.mysql")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "..emulator.mysql")
                .check(all);
        classes()
                .that()
                .resideInAPackage("..emulator.config")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "..emulator.config")
                .check(all);
    }

    @Test
    void shouldNeedNothingButTheJdkAndJna() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "org.apache..", "com.fasterxml..", "org.mariadb..")
                .check(all);
    }
}
