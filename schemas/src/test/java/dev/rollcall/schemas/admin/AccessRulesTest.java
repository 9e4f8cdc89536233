package dev.rollcall.schemas.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.schemas.Service;
import dev.rollcall.schemas.Topics;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessRulesTest {

    @ParameterizedTest
    @EnumSource(Service.class)
    void shouldLetAServiceWriteWhatIsItsOwnAndNothingElse(Service service) {
        Set<String> written = topics(AccessRules.of(service, "User:x", true), AclOperation.WRITE);

        Set<String> expected = service.writes().stream().map(Topics::topicName).collect(Collectors.toSet());
        service.buries().forEach(topic -> expected.add(topic.deadLetterName()));
        assertThat(written).isEqualTo(expected);
    }

    @Test
    void shouldGiveEachTopicOneWriterAmongTheServices() {
        for (Topics topic : Topics.values()) {
            assertThat(Arrays.stream(Service.values())
                            .filter(service -> service.writes().contains(topic)))
                    .as(topic.topicName())
                    .hasSize(1);
        }
    }

    @Test
    void shouldLetAProgramAskForRestartsButNotCommand() {
        List<AclBinding> rules = AccessRules.ofRequester("User:cron", "cron-");

        assertThat(topics(rules, AclOperation.WRITE)).containsExactly("odp.restart.requested.v1");
        assertThat(topics(rules, AclOperation.READ)).contains("odp.tasks.v1").doesNotContain("odp.commands.v1");
    }

    @Test
    void shouldLetADashboardReadTasksOnly() {
        List<AclBinding> rules = AccessRules.ofDashboard("User:grafana", "grafana-");

        assertThat(topics(rules, AclOperation.WRITE)).isEmpty();
        assertThat(topics(rules, AclOperation.READ))
                .isEqualTo(AccessRules.FOR_DASHBOARDS.stream()
                        .map(Topics::topicName)
                        .collect(Collectors.toSet()));
        assertThat(rules)
                .filteredOn(rule -> rule.pattern().resourceType() == ResourceType.GROUP)
                .allSatisfy(rule -> {
                    assertThat(rule.pattern().name()).isEqualTo("grafana-");
                    assertThat(rule.pattern().patternType()).isEqualTo(PatternType.PREFIXED);
                });
    }

    @Test
    void shouldLetOnlyCreateTopicsWhoIsTrustedToAndOnlyAllowToNamedOnes() {
        for (Service service : EnumSet.of(Service.API_GATEWAY, Service.AGENT_SERVICE)) {
            assertThat(topics(AccessRules.of(service, "User:x", false), AclOperation.CREATE))
                    .isEmpty();
            assertThat(topics(AccessRules.of(service, "User:x", true), AclOperation.CREATE))
                    .isNotEmpty();
        }
        for (Service service : Service.values()) {
            assertThat(AccessRules.of(service, "User:x", true)).allSatisfy(rule -> {
                assertThat(rule.entry().principal()).isEqualTo("User:x");
                assertThat(rule.entry().permissionType()).isEqualTo(AclPermissionType.ALLOW);
                assertThat(rule.pattern().name()).isNotEqualTo("*");
                assertThat(rule.entry().operation()).isNotEqualTo(AclOperation.ALL);
            });
        }
    }

    @Test
    void shouldSayWhatAPrincipalLooksLike() {
        assertThatThrownBy(() -> AccessRules.of(Service.API_GATEWAY, "planner", true))
                .hasMessageContaining("'planner'")
                .hasMessageContaining("User:planner");
    }

    /** Of literally named topics. */
    private static Set<String> topics(List<AclBinding> rules, AclOperation operation) {
        return rules.stream()
                .filter(rule -> rule.pattern().resourceType() == ResourceType.TOPIC
                        && rule.pattern().patternType() == PatternType.LITERAL
                        && rule.entry().operation() == operation)
                .map(rule -> rule.pattern().name())
                .collect(Collectors.toSet());
    }
}
