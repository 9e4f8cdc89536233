package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.rollcall.gateway.adapter.yaml.ClusterFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code docker-compose.yml}, the Dockerfile and what they mount, held against what the services really are. */
class ComposeTest {
    private static final Path ROOT = Path.of("..");
    private static final List<String> SERVICES =
            List.of("api-gateway", "planner-service", "agent-service", "task-service");
    private static final Map<String, String> KNOWN_BY_THE_REGISTRY_CLIENT =
            Map.of("springkafkaproperties", "schemaregistryurl");

    private final Map<String, Object> compose = yaml("docker-compose.yml");
    private final Map<String, Object> services = map(compose.get("services"));
    private final String dockerfile = text("standalone/src/main/docker/Dockerfile");

    @ParameterizedTest
    @ValueSource(strings = {"api-gateway", "planner-service", "agent-service", "task-service"})
    void shouldSetOnlySettingsThatTheServiceHas(String service) throws Exception {
        Set<String> known = ownSettings(service);
        Set<String> maps = new HashSet<>();
        springSettings(known, maps);

        assertThat(map(service(service).get("environment")).keySet())
                .isNotEmpty()
                .allSatisfy(variable -> {
                    String name = uniform(variable);
                    boolean inAMap = maps.stream()
                            .anyMatch(map -> name.startsWith(map)
                                    && name.substring(map.length()).equals(KNOWN_BY_THE_REGISTRY_CLIENT.get(map)));
                    assertThat(known.contains(name) || inAMap)
                            .as("%s means a setting of %s", variable, service)
                            .isTrue();
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-gateway", "planner-service", "agent-service", "task-service"})
    void shouldShowProbesAndMetricsOfEachServiceOnThePortThatIsAsked(String service) {
        Map<String, Object> environment = map(service(service).get("environment"));
        boolean gateway = service.equals("api-gateway");
        Object port = gateway
                ? map(map(resource("api-gateway.yml").get("management")).get("server"))
                        .get("port")
                : environment.get("SERVER_PORT");

        assertThat(String.valueOf(port)).isEqualTo("8082");
        assertThat(environment.get(gateway ? "MANAGEMENT_SERVER_ADDRESS" : "SERVER_ADDRESS"))
                .isEqualTo("0.0.0.0");
        assertThat(dockerfile).contains("/dev/tcp/127.0.0.1/" + port);
        Map<String, Object> job =
                map(list(yaml("docs/monitoring/prometheus.yml").get("scrape_configs"))
                        .get(0));
        Map<String, Object> targets = map(list(job.get("dns_sd_configs")).get(0));
        assertThat(list(targets.get("names"))).contains(service);
        assertThat(String.valueOf(targets.get("port"))).isEqualTo(String.valueOf(port));
    }

    @Test
    void shouldBuildEachServiceFromItsModuleAndGiveItNoMoreThanItNeeds() {
        for (String service : SERVICES) {
            Map<String, Object> built = map(service(service).get("build"));
            assertThat(map(built.get("args"))).containsEntry("SERVICE", service);
            assertThat(Files.exists(ROOT.resolve(service).resolve("pom.xml"))).isTrue();
            assertThat(Files.exists(ROOT.resolve(String.valueOf(built.get("dockerfile")))))
                    .isTrue();
            assertThat(dockerfile).contains(" AS " + built.get("target")).contains(service);
        }
        for (String ours :
                List.of("api-gateway", "planner-service", "agent-service", "task-service", "init", "odp-host-1")) {
            assertThat(service(ours))
                    .as(ours)
                    .containsEntry("read_only", true)
                    .containsEntry("cap_drop", List.of("ALL"))
                    .doesNotContainKeys("privileged", "user");
        }
        assertThat(dockerfile).contains("USER 10001:10001").doesNotContain("USER root");
        map(services)
                .forEach((name, service) -> assertThat(
                                String.valueOf(map(service).get("image")))
                        .as(name)
                        .doesNotEndWith("latest"));
    }

    @Test
    void shouldMountOnlyWhatIsThereAndDependOnlyOnServices() {
        Set<String> volumes = map(compose.get("volumes")).keySet();
        services.forEach((name, service) -> {
            for (Object mount : list(map(service).get("volumes"))) {
                String source = mount.toString().split(":", 2)[0];
                if (source.startsWith(".")) {
                    assertThat(Files.isRegularFile(ROOT.resolve(source)))
                            .as(mount.toString())
                            .isTrue();
                } else {
                    assertThat(volumes).as(name).contains(source);
                }
            }
            Object needs = map(service).get("depends_on");
            assertThat(services.keySet())
                    .as(name)
                    .containsAll(needs == null ? Set.of() : map(needs).keySet());
        });
    }

    @Test
    void shouldSetForThreeBrokersOnlyWhatComposeReads() {
        Set<String> read = Pattern.compile("\\$\\{([A-Z_]+)")
                .matcher(text("docker-compose.yml"))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        List<String> set = text("docs/compose/three-brokers.env")
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("=", 2)[0])
                .filter(name -> !name.equals("COMPOSE_PROFILES"))
                .toList();

        assertThat(set).isNotEmpty();
        assertThat(read).containsAll(set);
    }

    @Test
    void shouldStartOnlyCommandsThatThereAre() {
        assertThat(List.of("init", "odp-host-1", "odp-host-2", "demo-cluster")).allSatisfy(name -> {
            String[] arguments = list(service(name).get("command")).stream()
                    .map(Object::toString)
                    .toArray(String[]::new);
            assertThatCode(() -> Rollcall.commandLine().parseArgs(arguments)).doesNotThrowAnyException();
        });
    }

    @Test
    void shouldDefineTheClusterOfTheEmulatedHosts() {
        JsonNode cluster = Objects.requireNonNull(ClusterFile.read(ROOT.resolve("docs/compose/demo-clusters.yml"))
                .definitions()
                .get("demo"));
        Map<String, Object> credentials = map(
                map(map(yaml("docs/compose/agent-service.yml").get("rollcall")).get("agent"))
                        .get("credentials"));
        JsonNode defaults = cluster.path("defaults");

        assertThat(credentials.keySet())
                .contains(
                        defaults.path("ssh").path("credential").asString(),
                        defaults.path("adminCredential").asString(),
                        defaults.path("probeCredential").asString());
        Set<String> defined = new TreeSet<>();
        cluster.path("odps")
                .forEach(odp -> defined.add(
                        odp.path("host").asString() + ":" + odp.path("sqlPort").asInt()));
        Set<String> started = new TreeSet<>();
        for (String host : List.of("odp-host-1", "odp-host-2")) {
            List<Object> command = list(service(host).get("command"));
            for (int i = 0; i < command.size(); i++) {
                if (command.get(i).equals("--sql-port")) {
                    started.add(host + ":" + command.get(i + 1));
                }
            }
            assertThat(command)
                    .containsSubsequence(
                            "--ssh-port", defaults.path("ssh").path("port").asString());
        }
        assertThat(defined).isEqualTo(started);
    }

    /** Settings under {@code rollcall} that a service binds, without separators and in small letters. */
    private static Set<String> ownSettings(String service) throws ClassNotFoundException {
        String module = service.equals("api-gateway") ? "gateway" : service.substring(0, service.indexOf('-'));
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Set<String> settings = new HashSet<>();
        for (var found : scanner.findCandidateComponents("dev.rollcall." + module)) {
            Class<?> type = Class.forName(Objects.requireNonNull(found.getBeanClassName()));
            ConfigurationProperties bound =
                    Objects.requireNonNull(AnnotationUtils.findAnnotation(type, ConfigurationProperties.class));
            collect(bound.value(), type, settings);
        }
        assertThat(settings).isNotEmpty();
        return settings;
    }

    private static void collect(String prefix, Class<?> type, Set<String> into) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + component.getName();
            into.add(uniform(name));
            if (component.getType().isRecord()) {
                collect(name, component.getType(), into);
            }
        }
    }

    /** Settings that Spring Boot documents, and those of them that take any further name. */
    private static void springSettings(Set<String> names, Set<String> maps) throws IOException {
        List<URL> files = Collections.list(
                ComposeTest.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"));
        assertThat(files).isNotEmpty();
        for (URL file : files) {
            try (InputStream in = file.openStream()) {
                for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
                    String name = uniform(property.path("name").asString());
                    names.add(name);
                    if (property.path("type").asString("").startsWith("java.util.Map")) {
                        maps.add(name);
                    }
                }
            }
        }
        // Read before any of these files could say so.
        names.add(uniform("spring.config.additional-location"));
    }

    private static String uniform(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private Map<String, Object> service(String name) {
        return map(services.get(name));
    }

    private static Map<String, Object> resource(String name) {
        InputStream in =
                Objects.requireNonNull(ComposeTest.class.getClassLoader().getResourceAsStream(name));
        return new Yaml().load(in);
    }

    private static Map<String, Object> yaml(String file) {
        return new Yaml().load(text(file));
    }

    private static String text(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // what a YAML file gives
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked") // what a YAML file gives
    private static List<Object> list(@Nullable Object value) {
        return value == null ? new ArrayList<>() : (List<Object>) value;
    }
}
