package dev.rollcall.standalone.adapter.registry;

import dev.rollcall.standalone.adapter.registry.SchemaLog.SchemaLogException;
import dev.rollcall.standalone.adapter.registry.SubjectBook.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The part of Confluent's Schema Registry API that Kafka tools and serdes use, from method, path and body to status and
 * body. What is left out is refused in words: other types than Avro, references, deleting for good, modes.
 */
final class RegistryApi {

    /** @param path the decoded segments */
    record Request(String method, List<String> path, Map<String, String> query, byte[] body) {

        boolean flag(String name) {
            return Boolean.parseBoolean(query.getOrDefault(name, "false"));
        }
    }

    record Reply(int status, String body) {}

    /** @param template segments, of which "*" takes any one; the taken ones are the handler's arguments, in order */
    private record Route(String method, List<String> template, Handler handler) {

        @Nullable
        List<String> match(List<String> path) {
            if (path.size() != template.size()) {
                return null;
            }
            List<String> taken = new ArrayList<>();
            for (int i = 0; i < path.size(); i++) {
                if (template.get(i).equals("*")) {
                    taken.add(path.get(i));
                } else if (!template.get(i).equals(path.get(i))) {
                    return null;
                }
            }
            return taken;
        }
    }

    @FunctionalInterface
    private interface Handler {
        JsonNode handle(Request request, List<String> taken);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RegistryApi.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Registry registry;
    private final List<Route> routes = new ArrayList<>();

    RegistryApi(Registry registry) {
        this.registry = registry;
        route("GET", "", (r, p) -> JSON.createObjectNode());
        route("GET", "subjects", (r, p) -> subjects(r));
        route("GET", "subjects/*/versions", (r, p) -> versions(r, p.get(0)));
        route("POST", "subjects/*/versions", (r, p) -> register(r, p.get(0)));
        route("POST", "subjects/*", (r, p) -> lookUp(r, p.get(0)));
        route("DELETE", "subjects/*", (r, p) -> deleteSubject(r, p.get(0)));
        route("GET", "subjects/*/versions/*", (r, p) -> version(r, p.get(0), p.get(1)));
        route("DELETE", "subjects/*/versions/*", (r, p) -> deleteVersion(r, p.get(0), p.get(1)));
        route("GET", "subjects/*/versions/*/schema", (r, p) -> versionText(r, p.get(0), p.get(1)));
        route("GET", "subjects/*/versions/*/referencedby", (r, p) -> JSON.createArrayNode());
        route("GET", "schemas/types", (r, p) -> JSON.createArrayNode().add("AVRO"));
        route("GET", "schemas/ids/*", (r, p) -> schemaById(p.get(0)));
        route("GET", "schemas/ids/*/schema", (r, p) -> schemaText(p.get(0)));
        route("GET", "schemas/ids/*/subjects", (r, p) -> subjectsOfId(r, p.get(0)));
        route("GET", "schemas/ids/*/versions", (r, p) -> versionsOfId(r, p.get(0)));
        route("POST", "compatibility/subjects/*/versions", (r, p) -> compatible(r, p.get(0), null));
        route("POST", "compatibility/subjects/*/versions/*", (r, p) -> compatible(r, p.get(0), p.get(1)));
        route("GET", "config", (r, p) -> level("compatibilityLevel", registry.read(SubjectBook::globalLevel)));
        route("PUT", "config", (r, p) -> setLevel(r, null));
        route("DELETE", "config", (r, p) -> level("compatibility", registry.change(SubjectBook::removeGlobalLevel)));
        route("GET", "config/*", (r, p) -> ownLevel(r, p.get(0)));
        route("PUT", "config/*", (r, p) -> setLevel(r, p.get(0)));
        route(
                "DELETE",
                "config/*",
                (r, p) -> level("compatibility", registry.change(book -> book.removeLevel(p.get(0)))));
        route("GET", "mode", (r, p) -> JSON.createObjectNode().put("mode", "READWRITE"));
        route("GET", "mode/*", (r, p) -> JSON.createObjectNode().put("mode", "READWRITE"));
    }

    private void route(String method, String template, Handler handler) {
        routes.add(new Route(method, template.isEmpty() ? List.of() : List.of(template.split("/")), handler));
    }

    Reply handle(Request request) {
        try {
            return new Reply(200, dispatch(request).toString());
        } catch (RegistryException e) {
            return error(e.httpStatus(), e.errorCode(), String.valueOf(e.getMessage()));
        } catch (SchemaLogException e) {
            LOG.warn("The schema registry cannot read its topic", e);
            return error(500, 50001, "The registry cannot read its topic: " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("The schema registry failed at {} {}", request.method(), request.path(), e);
            return error(500, 50001, "The registry failed: " + e);
        }
    }

    static Reply error(int status, int code, String message) {
        return new Reply(
                status,
                JSON.createObjectNode()
                        .put("error_code", code)
                        .put("message", message)
                        .toString());
    }

    private JsonNode dispatch(Request request) {
        boolean pathKnown = false;
        for (Route route : routes) {
            List<String> taken = route.match(request.path());
            if (taken != null) {
                if (route.method().equals(request.method())) {
                    return route.handler().handle(request, taken);
                }
                pathKnown = true;
            }
        }
        throw pathKnown
                ? RegistryException.plain(405, "HTTP 405 Method Not Allowed")
                : RegistryException.plain(404, "HTTP 404 Not Found");
    }

    private JsonNode subjects(Request request) {
        String prefix = request.query().getOrDefault("subjectPrefix", "");
        return strings(registry.read(book -> book.subjects(prefix, request.flag("deleted"))));
    }

    private JsonNode versions(Request request, String subject) {
        return numbers(registry.read(book -> book.versionNumbers(subject, request.flag("deleted"))));
    }

    private JsonNode version(Request request, String subject, String version) {
        return described(registry.read(book -> book.version(subject, version, request.flag("deleted"))));
    }

    private JsonNode versionText(Request request, String subject, String version) {
        return parsed(registry.read(book -> book.version(subject, version, request.flag("deleted")))
                .schema());
    }

    private JsonNode register(Request request, String subject) {
        String schema = schemaIn(request);
        int id = registry.change(book -> book.register(subject, schema));
        return JSON.createObjectNode().put("id", id);
    }

    private JsonNode lookUp(Request request, String subject) {
        String schema = schemaIn(request);
        return described(registry.read(book -> book.lookUp(subject, schema, request.flag("deleted"))));
    }

    private JsonNode deleteSubject(Request request, String subject) {
        refusePermanent(request);
        return numbers(registry.change(book -> book.deleteSubject(subject)));
    }

    private JsonNode deleteVersion(Request request, String subject, String version) {
        refusePermanent(request);
        int deleted = registry.change(book -> book.deleteVersion(subject, version));
        return IntNode.valueOf(deleted);
    }

    private JsonNode schemaById(String id) {
        String schema = registry.read(book -> book.schemaById(number(id)));
        return JSON.createObjectNode().put("schema", schema);
    }

    private JsonNode schemaText(String id) {
        return parsed(registry.read(book -> book.schemaById(number(id))));
    }

    private JsonNode subjectsOfId(Request request, String id) {
        return strings(registry.read(book -> book.versionsOfId(number(id), request.flag("deleted"))).stream()
                .map(Version::subject)
                .distinct()
                .toList());
    }

    private JsonNode versionsOfId(Request request, String id) {
        ArrayNode array = JSON.createArrayNode();
        registry.read(book -> book.versionsOfId(number(id), request.flag("deleted")))
                .forEach(v -> array.addObject().put("subject", v.subject()).put("version", v.version()));
        return array;
    }

    private JsonNode compatible(Request request, String subject, @Nullable String version) {
        String schema = schemaIn(request);
        Function<SubjectBook, List<String>> question = version == null
                ? book -> book.violations(subject, schema)
                : book -> book.violations(subject, version, schema);
        List<String> violations = registry.read(question);
        ObjectNode answer = JSON.createObjectNode().put("is_compatible", violations.isEmpty());
        if (request.flag("verbose")) {
            answer.set("messages", strings(violations));
        }
        return answer;
    }

    private JsonNode ownLevel(Request request, String subject) {
        return level(
                "compatibilityLevel",
                registry.read(book -> request.flag("defaultToGlobal")
                        ? book.levelOf(subject)
                        : book.ownLevel(subject).orElseThrow(() -> RegistryException.noLevelOfItsOwn(subject))));
    }

    private JsonNode setLevel(Request request, @Nullable String subject) {
        JsonNode name = bodyOf(request).path("compatibility");
        if (!name.isString()) {
            throw RegistryException.invalidLevel();
        }
        return level("compatibility", registry.change(book -> book.setLevel(subject, name.asString())));
    }

    private static JsonNode level(String field, Compatibility level) {
        return JSON.createObjectNode().put(field, level.name());
    }

    private static JsonNode described(Version version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id())
                .put("schema", version.schema());
    }

    private static String schemaIn(Request request) {
        JsonNode body = bodyOf(request);
        String type = body.path("schemaType").asString("AVRO");
        if (!type.equals("AVRO")) {
            throw RegistryException.invalidSchema("its type is " + type
                    + ", and this registry takes AVRO only; use Confluent's or Apicurio's for others");
        }
        if (!body.path("references").isEmpty()) {
            throw RegistryException.unsupported(
                    "This registry does not take references: put the types it refers to into the schema itself");
        }
        if (!body.path("ruleSet").isEmpty() || !body.path("metadata").isEmpty()) {
            throw RegistryException.unsupported("This registry keeps neither rules nor metadata of a schema");
        }
        JsonNode schema = body.path("schema");
        if (!schema.isString()) {
            throw RegistryException.invalidSchema("the field 'schema' must hold it as text");
        }
        return schema.asString();
    }

    private static JsonNode bodyOf(Request request) {
        try {
            JsonNode body = JSON.readTree(request.body());
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException e) {
            throw RegistryException.plain(400, "The body is not JSON: " + e.getOriginalMessage());
        }
        throw RegistryException.plain(400, "The body must be a JSON object");
    }

    private static void refusePermanent(Request request) {
        if (request.flag("permanent")) {
            throw RegistryException.unsupported("This registry never deletes for good: records on topics may still name"
                    + " the schema's id. Without permanent=true the version is hidden");
        }
    }

    private static int number(String id) {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            throw RegistryException.plain(404, "HTTP 404 Not Found");
        }
    }

    /** The schema itself as JSON; a schema that is a bare name comes as text. */
    private static JsonNode parsed(String schema) {
        try {
            return JSON.readTree(schema);
        } catch (JacksonException e) {
            return StringNode.valueOf(schema);
        }
    }

    private static ArrayNode strings(List<String> values) {
        ArrayNode array = JSON.createArrayNode();
        values.forEach(array::add);
        return array;
    }

    private static ArrayNode numbers(List<Integer> values) {
        ArrayNode array = JSON.createArrayNode();
        values.forEach(array::add);
        return array;
    }
}
