package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Dashboard and alerts name only metrics that the page explains; that those are really there is asked in {@link RulesIT}. */
class MetricsPageTest {

    @Test
    void shouldUseOnlyMetricsThatAreExplained() throws IOException {
        Set<String> families = MetricsPage.used().stream()
                .filter(name -> name.startsWith("rollcall_"))
                .map(MetricsPage::family)
                .collect(Collectors.toSet());

        assertThat(families).isNotEmpty().isSubsetOf(MetricsPage.explained());
    }

    @Test
    void shouldShowEachMetricOnTheDashboard() throws IOException {
        String dashboard = MetricsPage.read("grafana/rollcall.json");

        assertThat(MetricsPage.explained())
                .allSatisfy(name -> assertThat(dashboard).contains(name));
    }

    @Test
    void shouldTellWithEachAlertWhatToDo() throws IOException {
        Map<String, Object> file = new Yaml().load(MetricsPage.read("alerts.yml"));
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Object group : (List<?>) file.get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                rules.add(cast(rule));
            }
        }

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule).containsKeys("alert", "expr", "labels", "annotations");
            assertThat(cast(rule.get("annotations"))).containsOnlyKeys("summary", "action");
        });
        assertThat(rules).extracting(rule -> rule.get("alert")).doesNotHaveDuplicates();
    }

    @Test
    void shouldLayOutADashboardWithoutOverlap() throws IOException {
        JsonNode panels = JsonMapper.shared()
                .readTree(MetricsPage.read("grafana/rollcall.json"))
                .path("panels");
        List<int[]> taken = new ArrayList<>();
        for (JsonNode panel : panels) {
            JsonNode at = panel.path("gridPos");
            int[] box = {
                at.path("x").asInt(),
                at.path("y").asInt(),
                at.path("w").asInt(),
                at.path("h").asInt()
            };
            assertThat(box[0] + box[2]).as("%s", panel.path("title")).isLessThanOrEqualTo(24);
            assertThat(taken).as("%s", panel.path("title")).noneMatch(other -> overlap(box, other));
            taken.add(box);
        }

        assertThat(taken).hasSizeGreaterThan(10);
    }

    private static boolean overlap(int[] a, int[] b) {
        return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
    }

    @SuppressWarnings("unchecked") // what a YAML file gives
    private static Map<String, Object> cast(Object map) {
        return (Map<String, Object>) map;
    }
}
