package dev.rollcall.gateway.adapter.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.domain.AuditLine;
import dev.rollcall.gateway.domain.ClusterStatus;
import dev.rollcall.gateway.domain.Failure;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskState;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.configuration.SpringDocSpecPropertiesConfiguration;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.properties.SwaggerUiConfigProperties;
import org.springdoc.core.properties.SwaggerUiOAuthProperties;
import org.springdoc.core.utils.SpringDocUtils;
import org.springdoc.webflux.core.configuration.MultipleOpenApiSupportConfiguration;
import org.springdoc.webflux.core.configuration.SpringDocWebFluxConfiguration;
import org.springdoc.webflux.ui.SwaggerConfig;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The OpenAPI description. Paths and answers are read off the controllers; what these take in by hand (bodies, parameters, conditions)
 * is told here, row by row. {@code docs/openapi.json} is a copy, which a test holds against it.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    SpringDocConfiguration.class,
    SpringDocConfigProperties.class,
    SpringDocSpecPropertiesConfiguration.class,
    SpringDocWebFluxConfiguration.class,
    MultipleOpenApiSupportConfiguration.class,
    SwaggerConfig.class,
    SwaggerUiConfigProperties.class,
    SwaggerUiOAuthProperties.class
})
class ApiDescription {

    private static final String PROBLEM = "application/problem+json";
    private static final String JSON = "application/json";

    static {
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(Caller.class)
                // What an event of a stream is, each path says for itself.
                .replaceWithClass(EventBlock.class, String.class);
    }

    // ---- bodies, for the description only: JsonForm reads them ----

    record RestartBody(
            Mode mode,
            @Nullable List<String> odps,
            @Nullable BatchingBody batching,
            @Nullable String hotUpgradeExitTimeout,
            @Nullable Boolean dryRun,
            @Nullable String confirm,
            @Nullable String reason,
            @Nullable Instant notBefore,
            @Nullable Instant notAfter,
            @Nullable String expectedVersion) {}

    record BatchingBody(
            @Nullable List<String> sizes,
            @Nullable Integer maxFailures,
            @Nullable String drain,
            @Nullable String preset,
            @Nullable String groupBy,
            @Nullable String minRunning,
            @Nullable String settle,
            @Nullable Boolean pauseAfterFirst,
            @Nullable Boolean window) {}

    record DefinitionBody(
            @Nullable String name,
            @Nullable String description,
            @Nullable Map<String, String> labels,
            @Nullable OdpDefaultsBody defaults,
            List<OdpBody> odps) {}

    record OdpDefaultsBody(
            @Nullable String home,
            @Nullable Integer sqlPort,
            @Nullable String adminAddress,
            @Nullable String launcher,
            @Nullable SshBody ssh,
            @Nullable String adminCredential,
            @Nullable String probeCredential,
            @Nullable String runAs,
            @Nullable List<String> startCommand,
            @Nullable List<String> stopCommand,
            @Nullable Map<String, String> environment) {}

    record OdpBody(
            String host,
            @Nullable String zone,
            @Nullable String id,
            @Nullable String home,
            @Nullable Integer sqlPort,
            @Nullable String adminAddress,
            @Nullable String launcher,
            @Nullable SshBody ssh,
            @Nullable String adminCredential,
            @Nullable String probeCredential,
            @Nullable String runAs,
            @Nullable List<String> startCommand,
            @Nullable List<String> stopCommand,
            @Nullable Map<String, String> environment) {}

    record SshBody(
            @Nullable String user,
            @Nullable Integer port,
            @Nullable String credential,
            @Nullable String jump) {}

    private static final List<Class<?>> BODIES = List.of(
            RestartBody.class,
            BatchingBody.class,
            DefinitionBody.class,
            OdpDefaultsBody.class,
            OdpBody.class,
            SshBody.class);

    private static final List<Class<?>> ANSWERS = List.of(
            AuditLine.class,
            ClusterDocument.class,
            ClusterDocument.Summary.class,
            ClusterDocument.OdpDocument.class,
            ClusterDocument.Restart.class,
            ClusterDocument.ModeDocument.class,
            TaskDocument.class,
            TaskDocument.Progress.class,
            TaskDocument.Batch.class,
            TaskDocument.Links.class,
            TaskOdpDocument.class,
            TaskOdp.Incarnation.class,
            EventDocument.class,
            Failure.class,
            Rejection.class,
            PageDocument.Numbers.class,
            ProblemDocument.class,
            ProblemDocument.FieldError.class,
            ProblemDocument.Reason.class);

    @Bean
    OpenApiCustomizer contract() {
        return api -> {
            api.info(new Info()
                    .title("Rollcall")
                    .version("1")
                    .description("Restarts every ODP of a cluster, batch by batch, and calls the roll at the end."));
            api.servers(List.of(new Server().url("/")));
            Components components = api.getComponents();
            components
                    .addSecuritySchemes(
                            "basic",
                            new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("basic"))
                    .addSecuritySchemes(
                            "bearer",
                            new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"));
            api.security(
                    List.of(new SecurityRequirement().addList("basic"), new SecurityRequirement().addList("bearer")));
            List<Class<?>> all = new ArrayList<>(BODIES);
            all.add(ProblemDocument.class);
            for (Class<?> type : all) {
                ModelConverters.getInstance(true).readAll(type).forEach(components::addSchemas);
            }
            all.addAll(ANSWERS);
            all.forEach(type -> tighten(components, type));
            components.getSchemas().forEach((name, schema) -> {
                if (name.startsWith("PageDocument")) {
                    schema.setRequired(List.of("items", "page"));
                    schema.setAdditionalProperties(false);
                }
            });
            rows(api);
        };
    }

    // ---- the rows of the contract ----

    private static void rows(OpenAPI api) {
        row(api, "get", "/api/v1/clusters", "Clusters with their state")
                .parameter(query("query", "part of the id, the name or a host", text()))
                .parameter(query("status", "one or more, separated by commas", names(ClusterStatus.class)))
                .paging("id", "name", "odpCount", "status");
        row(api, "get", "/api/v1/clusters/{cluster}", "A cluster with its ODPs, and which restarts are possible now")
                .tagged("200")
                .problems("404");
        row(api, "put", "/api/v1/clusters/{cluster}", "Register a cluster, or replace its definition")
                .body("DefinitionBody")
                .parameter(header("If-Match", "revision the change was made on, or * for any that exists"))
                .parameter(header("If-None-Match", "* to register only"))
                .also("201", "ClusterDocument", "Registered")
                .tagged("200", "201")
                .problems("400", "409", "412", "413", "415", "504");
        row(api, "delete", "/api/v1/clusters/{cluster}", "Forget a cluster; its hosts are not touched")
                .parameter(header("If-Match", "revision it must have"))
                .only("204", "Forgotten")
                .problems("404", "409", "412", "504");
        row(api, "post", "/api/v1/clusters/{cluster}/restarts", "Ask for a restart")
                .body("RestartBody")
                .parameter(header("Idempotency-Key", "the same key again is the same task again"))
                .parameter(header("Prefer", "wait=N: answer when the precheck has ended, at the latest after N s (30)"))
                .also("202", "TaskDocument", "Asked for; Location is the task")
                .tagged("200", "202")
                .problems("400", "404", "409", "413", "415", "422", "503");
        row(api, "get", "/api/v1/tasks", "Tasks, newest first")
                .parameter(query("cluster", "id of a cluster", text()))
                .parameter(query(
                        "state",
                        "one or more, separated by commas; PLANNED is listed only here",
                        names(TaskState.class)))
                .parameter(query("initiator", "who asked", text()))
                .parameter(query("from", "asked for at or after", time()))
                .parameter(query("to", "asked for at or before", time()))
                .paging("requestedAt", "cluster", "state", "mode", "requestedBy");
        row(api, "get", "/api/v1/tasks/{task}", "A task").tagged("200").problems("404");
        row(api, "get", "/api/v1/tasks/{task}/odps", "The ODPs of a task")
                .parameter(query("state", "one or more, separated by commas", names(TaskOdpState.class)))
                .paging("odp", "zone", "batch", "state", "attempts", "startedAt", "finishedAt")
                .problems("404", "410");
        row(
                        api,
                        "get",
                        "/api/v1/tasks/{task}/events",
                        "What happened in a task; with Accept: text/event-stream as it happens, until the task has ended")
                .parameter(header("Last-Event-ID", "id of the last event seen; of the stream only"))
                .stream("EventDocument")
                .also("204", null, "The stream has nothing more to tell: the task ended with the event named")
                .paging("sequence")
                .problems("404", "410");
        row(
                        api,
                        "get",
                        "/api/v1/events",
                        "Changes of tasks, ODPs and clusters as they happen, each with its latest state")
                .parameter(query("cluster", "of this cluster only", text()))
                .parameter(header("Last-Event-ID", "the last id seen, from any gateway"))
                .events()
                .problems("404");
        steering(row(api, "post", "/api/v1/tasks/{task}/{action}", "Pause, resume, retry or cancel a task")
                .oneOf("action", "pause", "resume", "retry", "cancel"));
        row(
                        api,
                        "get",
                        "/api/v1/audit",
                        "Who asked for what, when, from where, and how it ended; with Accept: text/csv all of it")
                .parameter(query("user", "who asked", text()))
                .parameter(query("cluster", "about this cluster", text()))
                .parameter(query("from", "at or after", time()))
                .parameter(query("to", "at or before", time()))
                .paging("at", "user", "action");
        steering(row(api, "post", "/api/v1/tasks/{task}/odps/{odp}/skip", "Leave a failed ODP out and go on"));
    }

    private static void steering(Row row) {
        row.parameter(header("If-Match", "version of the task that the decision was made on"))
                .also("202", "TaskDocument", "Asked for; the planner has not answered yet")
                .tagged("200", "202")
                .problems("400", "404", "409", "412", "503");
    }

    private static Row row(OpenAPI api, String method, String path, String summary) {
        PathItem item = api.getPaths().get(path);
        Operation operation = item == null
                ? null
                : item.readOperationsMap().get(PathItem.HttpMethod.valueOf(method.toUpperCase(java.util.Locale.ROOT)));
        if (operation == null) {
            throw new IllegalStateException("No controller answers " + method + " " + path);
        }
        operation.setSummary(summary);
        operation.setTags(List.of(path.split("/", -1)[3]));
        return new Row(operation).problems("401", "403");
    }

    /** One operation. */
    private record Row(Operation operation) {
        Row parameter(Parameter parameter) {
            operation.addParametersItem(parameter);
            return this;
        }

        Row paging(String... fields) {
            return parameter(query(
                            "page",
                            "from 1",
                            new Schema<Integer>().type("integer").minimum(java.math.BigDecimal.ONE)))
                    .parameter(query(
                            "size",
                            "items a page",
                            new Schema<Integer>()
                                    .type("integer")
                                    .minimum(java.math.BigDecimal.ONE)
                                    .maximum(java.math.BigDecimal.valueOf(500))))
                    .parameter(query(
                            "sort",
                            "field,asc or field,desc; fields: " + String.join(", ", fields),
                            text().pattern("(" + String.join("|", fields) + ")(,(asc|desc))?")))
                    .problems("400");
        }

        Row body(String schema) {
            operation.setRequestBody(new RequestBody().required(true).content(content(JSON, reference(schema))));
            return this;
        }

        Row also(String status, @Nullable String schema, String words) {
            ApiResponse response = new ApiResponse().description(words);
            if (schema != null) {
                response.setContent(content(JSON, reference(schema)));
            }
            operation.getResponses().addApiResponse(status, response);
            return this;
        }

        Row only(String status, String words) {
            operation.setResponses(new ApiResponses());
            problems("401", "403");
            return also(status, null, words);
        }

        /** Events of several kinds; each has its document in {@code data}. */
        Row events() {
            answer("200").setContent(content("text/event-stream", text()));
            return this;
        }

        Row stream(String schema) {
            Content list = answer("200").getContent();
            io.swagger.v3.oas.models.media.MediaType whatever = list.remove("*/*");
            if (whatever != null) {
                list.put(JSON, whatever);
            }
            answer("200")
                    .getContent()
                    .put("text/event-stream", new io.swagger.v3.oas.models.media.MediaType().schema(reference(schema)));
            return this;
        }

        Row tagged(String... statuses) {
            for (String status : statuses) {
                answer(status)
                        .addHeaderObject(
                                "ETag",
                                new Header().schema(text()).description("revision of a cluster, version of a task"));
            }
            return this;
        }

        Row oneOf(String parameter, String... values) {
            operation.getParameters().stream()
                    .filter(one -> one.getName().equals(parameter))
                    .forEach(one -> one.setSchema(text()._enum(List.of(values))));
            return this;
        }

        private ApiResponse answer(String status) {
            ApiResponse answer = operation.getResponses().get(status);
            if (answer == null) {
                throw new IllegalStateException(operation.getSummary() + " has no answer " + status);
            }
            return answer;
        }

        Row problems(String... statuses) {
            for (String status : statuses) {
                operation
                        .getResponses()
                        .addApiResponse(
                                status,
                                new ApiResponse()
                                        .description("Problem")
                                        .content(content(PROBLEM, reference("ProblemDocument"))));
            }
            return this;
        }
    }

    private static Content content(String type, Schema<?> schema) {
        return new Content().addMediaType(type, new io.swagger.v3.oas.models.media.MediaType().schema(schema));
    }

    private static Schema<?> reference(String name) {
        return new Schema<>().$ref("#/components/schemas/" + name);
    }

    private static Schema<String> text() {
        return new Schema<String>().type("string");
    }

    private static Schema<String> time() {
        return text().format("date-time");
    }

    private static Schema<?> names(Class<? extends Enum<?>> type) {
        return new Schema<List<String>>()
                .type("array")
                .items(text()._enum(Arrays.stream(type.getEnumConstants())
                        .map(Enum::name)
                        .toList()));
    }

    private static Parameter query(String name, String words, Schema<?> schema) {
        Parameter parameter =
                new Parameter().in("query").name(name).description(words).schema(schema);
        return "array".equals(schema.getType())
                ? parameter.style(Parameter.StyleEnum.FORM).explode(false)
                : parameter;
    }

    private static Parameter header(String name, String words) {
        return new Parameter().in("header").name(name).description(words).schema(text());
    }

    // ---- what the types say of their fields ----

    /** Says which fields may be null and which are always there, from the record; no other field is ever written or taken. */
    private static void tighten(Components components, Class<?> type) {
        Schema<?> schema = components.getSchemas().get(type.getSimpleName());
        if (schema == null) {
            throw new IllegalStateException("Nothing describes " + type);
        }
        boolean body = BODIES.contains(type);
        JsonInclude include = type.getAnnotation(JsonInclude.class);
        boolean leavesOut = body || include != null && include.value() == JsonInclude.Include.NON_NULL;
        List<String> required = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
            String name = renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (!nullable || !leavesOut) {
                required.add(name);
            }
            if (nullable && !leavesOut) {
                schema.getProperties().computeIfPresent(name, (key, property) -> orNull(property));
            }
        }
        schema.setRequired(required);
        schema.setAdditionalProperties(false);
    }

    private static Schema<?> orNull(Schema<?> property) {
        if (property.get$ref() != null) {
            return new Schema<>().anyOf(List.of(new Schema<>().$ref(property.get$ref()), nothing()));
        }
        Set<String> types = new LinkedHashSet<>(property.getTypes() == null ? Set.of() : property.getTypes());
        types.add("null");
        property.setTypes(types);
        return property;
    }

    private static Schema<?> nothing() {
        Schema<?> nothing = new Schema<>();
        nothing.setTypes(new LinkedHashSet<>(Set.of("null")));
        return nothing;
    }
}
