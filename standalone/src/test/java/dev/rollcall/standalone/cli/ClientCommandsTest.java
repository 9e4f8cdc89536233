package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the commands ask for, say, and exit with. */
class ClientCommandsTest {

    private static final String RESTARTS = "POST /api/v1/clusters/pay/restarts";

    @TempDir
    private Path files;

    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private record Said(int code, String out, String err) {}

    private Said run(String... arguments) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                Rollcall.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--gateway",
                gateway.address().toString(),
                "--user",
                "operator",
                "--password-file",
                Files.writeString(files.resolve("password"), "secret\n").toString()));
        return new Said(command.execute(all.toArray(String[]::new)), out.toString(), err.toString());
    }

    private JsonNode request() {
        return JsonMapper.shared()
                .readTree(gateway.asked.get(gateway.asked.size() - 1).body());
    }

    private static String task(String state) {
        return "{\"id\":\"t1\",\"cluster\":\"pay\",\"mode\":\"RESTART\",\"state\":\"%s\",\"requestedAt\":\"2026-01-01T00:00:00Z\",\"progress\":{\"total\":4,\"restarted\":1}}"
                .formatted(state);
    }

    @Test
    void shouldAskForARestartAsTheOptionsSay() throws IOException {
        gateway.says(RESTARTS, 202, task("RUNNING"));

        Said said = run(
                "restart",
                "pay",
                "--batches",
                "1,25%",
                "--odp",
                "a,b",
                "--odp",
                "c",
                "--exit-timeout",
                "30s",
                "--settle",
                "5s",
                "--min-running",
                "50%",
                "--max-failures",
                "2",
                "--reason",
                "CHG-1",
                "--pause-after-first",
                "--key",
                "k1");

        assertThat(said.code()).as("%s", said).isEqualTo(ExitCodes.DONE);
        assertThat(request()).isEqualTo(JsonMapper.shared().readTree("""
                {"mode":"RESTART","odps":["a","b","c"],
                 "batching":{"sizes":["1","25%"],"minRunning":"50%","maxFailures":2,"settle":"PT5S","pauseAfterFirst":true},
                 "hotUpgradeExitTimeout":"PT30S","reason":"CHG-1"}"""));
        assertThat(gateway.asked.get(0).header("Idempotency-Key")).isEqualTo("k1");
        assertThat(gateway.asked.get(0).header("Authorization")).isEqualTo("Basic b3BlcmF0b3I6c2VjcmV0");
        assertThat(said.out()).contains("t1", "1/4");
    }

    @Test
    void shouldAskAgainWithTheSameKeyWhenTheGatewayIsNotThere() throws IOException {
        gateway.says(RESTARTS, 503, "{\"detail\":\"starting\"}").says(RESTARTS, 202, task("RUNNING"));

        assertThat(run("restart", "pay").code()).isEqualTo(ExitCodes.DONE);

        assertThat(gateway.asked.stream()
                        .map(asked -> asked.header("Idempotency-Key"))
                        .distinct())
                .hasSize(1);
        assertThat(gateway.asked).hasSize(2);
        assertThat(gateway.asked.get(0).header("Idempotency-Key")).hasSizeGreaterThan(30);
    }

    @Test
    void shouldAskForNothingThatCutsClientsWithoutItsConfirmation() throws IOException {
        for (String[] arguments : new String[][] {
            {"restart", "pay", "--mode", "FORCE_RESTART"},
            {"restart", "pay", "--mode", "FORCE_RESTART", "--confirm", "other"},
            {"restart", "pay", "--exit-timeout", "500ms"}
        }) {
            Said said = run(arguments);
            assertThat(said.code()).isEqualTo(ExitCodes.WRONG_USE);
            assertThat(said.err()).contains("--confirm").contains("pay").doesNotContain("Usage:");
        }
        assertThat(gateway.asked).isEmpty();

        gateway.says(RESTARTS, 202, task("RUNNING"));
        run("restart", "pay", "--mode", "force_restart", "--confirm", "pay");
        assertThat(request().path("confirm").asString()).isEqualTo("pay");
        run("restart", "pay", "--mode", "FORCE_RESTART", "--dry-run");
        assertThat(request().has("confirm")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, 0",
        "PLANNED, 0",
        "REJECTED, 3",
        "PENDING, 6",
        "FAILED, 1",
        "CANCELLED, 1",
        "INCOMPLETE, 4",
        "COMPLETED, 0"
    })
    void shouldExitAsTheTaskStands(String state, int code) throws IOException {
        gateway.says(RESTARTS, 202, task(state));

        assertThat(run("restart", "pay").code()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"400, 3", "401, 3", "403, 3", "404, 3", "409, 3", "422, 3", "500, 5"})
    void shouldExitAsTheGatewayRefuses(int status, int code) throws IOException {
        gateway.says("GET /api/v1/tasks", status, "{\"code\":\"X1\",\"detail\":\"in words\"}");

        Said said = run("tasks");

        assertThat(said.code()).isEqualTo(code);
        assertThat(said.err()).contains("X1: in words");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void shouldSayWhatIsAskedForAndNotYetDone() throws IOException {
        gateway.says("POST /api/v1/tasks/t1/pause", 202, task("RUNNING"))
                .says("POST /api/v1/tasks/t1/odps/10.0.0.7:2883/skip", 200, task("RUNNING"))
                .says("POST /api/v1/tasks/t1/cancel", 409, "{\"code\":\"RC1\",\"detail\":\"is COMPLETED\"}");

        assertThat(run("pause", "t1").code()).isEqualTo(ExitCodes.NOT_CONFIRMED);
        assertThat(run("skip", "t1", "10.0.0.7:2883", "--if-version", "7").code())
                .isEqualTo(ExitCodes.DONE);
        assertThat(gateway.asked.get(1).header("If-Match")).isEqualTo("\"7\"");
        assertThat(run("cancel", "t1").code()).isEqualTo(ExitCodes.REFUSED);
    }

    @Test
    void shouldPrintOneJsonDocumentAndNothingElse() throws IOException {
        String page = "{\"items\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"page\":{\"number\":1,\"size\":500,\"total\":2}}";
        gateway.says("GET /api/v1/clusters", 200, page).says("GET /api/v1/tasks", 200, page);

        assertThat(JsonMapper.shared().readTree(run("clusters", "-o", "json").out()))
                .hasSize(2);
        assertThat(JsonMapper.shared()
                        .readTree(run("tasks", "-o", "json", "--limit", "1").out()))
                .hasSize(1);
    }

    @Test
    void shouldApplyEachClusterAndTellFaultsByTheirLines() throws IOException {
        Path file = Files.writeString(files.resolve("clusters.yml"), """
                clusters:
                  good:
                    odps: []
                  bad:
                    odps:
                      - host: a
                        sqlPort: 99999
                """);
        gateway.says("PUT /api/v1/clusters/good", 201, "{\"revision\":1}")
                .says(
                        "PUT /api/v1/clusters/bad",
                        400,
                        "{\"detail\":\"invalid\",\"errors\":[{\"field\":\"odps[0].sqlPort\",\"detail\":\"is no port\"}]}");

        Said said = run("apply", "-f", file.toString());

        assertThat(said.code()).isEqualTo(ExitCodes.REFUSED);
        assertThat(said.out()).contains("good is registered, revision 1");
        assertThat(said.err()).contains("clusters.yml:7: odps[0].sqlPort: is no port", "apply it again");
    }

    @Test
    void shouldSayThatNobodyAnswers() throws IOException {
        gateway.close();

        Said said = run("odps", "pay");

        assertThat(said.code()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(said.err()).contains(gateway.address().toString(), "nothing listens there");
    }

    @Test
    void shouldDrawABarThatFits() {
        JsonNode task = JsonMapper.shared().readTree("""
                {"state":"RUNNING","phase":"RESTART","progress":{"total":6,"restarted":3,"restarting":2,"failed":1,"etaMs":61000}}""");

        assertThat(TaskView.Live.line(task, 200))
                .isEqualTo("[############............] 3/6 RUNNING RESTART, 2 restarting, 1 failed, about 61 s left");
        assertThat(TaskView.Live.line(task, 30)).hasSize(30);
    }

    @Test
    void shouldUnderstandDurationsAsPeopleWriteThem() {
        assertThat(Durations.parse("250ms")).hasMillis(250);
        assertThat(Durations.parse("5m")).hasMinutes(5);
        assertThat(Durations.parse("PT1H")).hasHours(1);
        assertThatThrownBy(() -> Durations.parse("soon")).hasMessageContaining("expected one such as 30s");
    }
}
