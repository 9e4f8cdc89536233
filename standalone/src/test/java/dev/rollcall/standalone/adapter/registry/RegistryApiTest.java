package dev.rollcall.standalone.adapter.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.standalone.adapter.registry.RegistryApi.Reply;
import dev.rollcall.standalone.adapter.registry.RegistryApi.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RegistryApiTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final MemorySchemaLog log = new MemorySchemaLog();
    private RegistryApi api = new RegistryApi(new Registry(log));

    @Test
    void shouldAnswerAsTheClientsExpect() {
        assertThat(post("/subjects/s/versions", schema(Schemas.LETTER))).isEqualTo(new Reply(200, "{\"id\":1}"));

        assertThat(get("/subjects").body()).isEqualTo("[\"s\"]");
        assertThat(get("/subjects/s/versions").body()).isEqualTo("[1]");
        assertThat(get("/subjects/s/versions/latest").body())
                .isEqualTo("{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":" + quoted(Schemas.LETTER) + "}");
        assertThat(get("/subjects/s/versions/latest/schema").body()).isEqualTo(Schemas.LETTER);
        assertThat(get("/schemas/ids/1").body()).isEqualTo("{\"schema\":" + quoted(Schemas.LETTER) + "}");
        assertThat(get("/schemas/ids/1/subjects").body()).isEqualTo("[\"s\"]");
        assertThat(get("/schemas/ids/1/versions").body()).isEqualTo("[{\"subject\":\"s\",\"version\":1}]");
        assertThat(get("/schemas/types").body()).isEqualTo("[\"AVRO\"]");
        assertThat(get("/").body()).isEqualTo("{}");
        assertThat(get("/mode").body()).isEqualTo("{\"mode\":\"READWRITE\"}");
        assertThat(post("/subjects/s", schema(Schemas.LETTER_SPACED)).body()).contains("\"version\":1", "\"id\":1");
    }

    @Test
    void shouldAnswerRefusalsWithConfluentsCodes() {
        post("/subjects/s/versions", schema(Schemas.LETTER));

        assertThat(post("/subjects/s/versions", schema(Schemas.OTHER_TYPE))).satisfies(r -> isError(r, 409, 409));
        isError(get("/subjects/none/versions"), 404, 40401);
        isError(get("/subjects/s/versions/9"), 404, 40402);
        isError(get("/subjects/s/versions/x"), 422, 42202);
        isError(get("/schemas/ids/9"), 404, 40403);
        isError(post("/subjects/s", schema(Schemas.OTHER_TYPE)), 404, 40403);
        isError(post("/subjects/s/versions", schema("{")), 422, 42201);
        isError(put("/config", "{\"compatibility\":\"SOME\"}"), 422, 42203);
        isError(put("/config", "{}"), 422, 42203);
        isError(get("/config/s"), 404, 40408);
        isError(get("/nowhere"), 404, 404);
        isError(put("/subjects", "{}"), 405, 405);
        isError(get("/schemas/ids/x"), 404, 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schema\":\"\\\"int\\\"\",\"schemaType\":\"PROTOBUF\"}",
                "{\"schema\":\"\\\"int\\\"\",\"references\":[{\"name\":\"a\",\"subject\":\"b\",\"version\":1}]}",
                "{\"schema\":\"\\\"int\\\"\",\"ruleSet\":{\"domainRules\":[]}}",
                "{\"schemaType\":\"AVRO\"}",
                "{\"schema\":7}",
                "[]",
                "",
                "{\"schema\":"
            })
    void shouldRefuseWhatItDoesNotKeep(String body) {
        Reply reply = post("/subjects/s/versions", body);

        assertThat(reply.status()).isIn(400, 422);
        assertThat(JSON.readTree(reply.body()).path("message").asString()).isNotBlank();
        assertThat(log.kept).isEmpty();
    }

    @Test
    void shouldTakeEmptyExtrasOfOtherClients() {
        assertThat(post(
                                "/subjects/s/versions",
                                "{\"schema\":\"\\\"int\\\"\",\"schemaType\":\"AVRO\",\"references\":[],\"metadata\":null,\"ruleSet\":null}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldSetAndShowLevels() {
        assertThat(get("/config").body()).isEqualTo("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
        assertThat(put("/config", "{\"compatibility\":\"BACKWARD\"}").body())
                .isEqualTo("{\"compatibility\":\"BACKWARD\"}");
        assertThat(put("/config/s", "{\"compatibility\":\"none\"}").body()).isEqualTo("{\"compatibility\":\"NONE\"}");
        assertThat(get("/config/s").body()).isEqualTo("{\"compatibilityLevel\":\"NONE\"}");
        assertThat(get("/config/t?defaultToGlobal=true").body()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
        assertThat(delete("/config/s").body()).isEqualTo("{\"compatibility\":\"NONE\"}");
    }

    @Test
    void shouldTellWhatStandsAgainstASchema() {
        post("/subjects/s/versions", schema(Schemas.LETTER));

        assertThat(post("/compatibility/subjects/s/versions/latest", schema(Schemas.LETTER_WITH_STAMP))
                        .body())
                .isEqualTo("{\"is_compatible\":true}");
        assertThat(post("/compatibility/subjects/s/versions?verbose=true", schema(Schemas.OTHER_TYPE))
                        .body())
                .contains("\"is_compatible\":false", "TYPE_MISMATCH");
        isError(post("/compatibility/subjects/s/versions/5", schema(Schemas.LETTER)), 404, 40402);
    }

    @Test
    void shouldDeleteOnlyByHiding() {
        post("/subjects/s/versions", schema(Schemas.LETTER));

        isError(delete("/subjects/s?permanent=true"), 422, 422);
        assertThat(delete("/subjects/s/versions/1").body()).isEqualTo("1");
        assertThat(get("/subjects").body()).isEqualTo("[]");
        assertThat(get("/subjects?deleted=true").body()).isEqualTo("[\"s\"]");
        assertThat(get("/schemas/ids/1").status()).isEqualTo(200);
    }

    @Test
    void shouldFindEverythingAgainWhenReadFromItsLog() {
        post("/subjects/s/versions", schema(Schemas.LETTER));
        post("/subjects/s/versions", schema(Schemas.LETTER_WITH_STAMP));
        post("/subjects/t/versions", schema(Schemas.OTHER_TYPE));
        put("/config/t", "{\"compatibility\":\"NONE\"}");
        delete("/subjects/s/versions/1");
        delete("/subjects/t");
        List<String> questions = List.of(
                "/subjects",
                "/subjects?deleted=true",
                "/subjects/s/versions",
                "/subjects/t/versions?deleted=true",
                "/schemas/ids/1",
                "/schemas/ids/2",
                "/schemas/ids/3",
                "/config/t");
        List<Reply> before = questions.stream().map(this::get).toList();

        api = new RegistryApi(new Registry(log));

        assertThat(questions.stream().map(this::get).toList()).isEqualTo(before);
        assertThat(post("/subjects/u/versions", schema("\"int\"")).body()).isEqualTo("{\"id\":4}");
    }

    @ParameterizedTest
    @EnumSource(names = {"LOST", "KEPT_BUT_NOT_ANSWERED"})
    void shouldAgreeWithItsLogAfterAWriteOfUnknownOutcome(MemorySchemaLog.Fault fault) {
        log.fault = fault;
        isError(post("/subjects/s/versions", schema(Schemas.LETTER)), 500, 50001);
        log.fault = MemorySchemaLog.Fault.NONE;

        post("/subjects/t/versions", schema(Schemas.OTHER_TYPE));
        post("/subjects/s/versions", schema(Schemas.LETTER));

        List<Integer> ids = log.kept.stream()
                .map(e -> ((RegistryEvent.VersionStored) e).id())
                .toList();
        assertThat(ids).doesNotHaveDuplicates().hasSize(2);
    }

    private static void isError(Reply reply, int status, int code) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(JSON.readTree(reply.body()).path("error_code").asInt()).isEqualTo(code);
        assertThat(JSON.readTree(reply.body()).path("message").asString()).isNotBlank();
    }

    private Reply get(String address) {
        return ask("GET", address, "");
    }

    private Reply delete(String address) {
        return ask("DELETE", address, "");
    }

    private Reply post(String address, String body) {
        return ask("POST", address, body);
    }

    private Reply put(String address, String body) {
        return ask("PUT", address, body);
    }

    private Reply ask(String method, String address, String body) {
        String[] parts = address.split("\\?", 2);
        List<String> path =
                Arrays.stream(parts[0].split("/")).filter(s -> !s.isEmpty()).toList();
        Map<String, String> query = parts.length == 1
                ? Map.of()
                : Arrays.stream(parts[1].split("&"))
                        .map(pair -> pair.split("=", 2))
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return api.handle(new Request(method, path, query, body.getBytes(UTF_8)));
    }

    private static String schema(String text) {
        return "{\"schema\":" + quoted(text) + "}";
    }

    private static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }
}
