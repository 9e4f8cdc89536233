package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rollcall.emulator.mysql.RawConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks an emulated process everything a real 4.3.1.0 was asked, in the same order, and compares packet by packet. Only what cannot be the same is left out: pids, ports,
 * times, and the build.
 */
class RecordedAnswersIT {

    private final EmulatedOdp odp;

    RecordedAnswersIT(@TempDir Path home) throws IOException {
        this.odp = EmulatedOdp.install(
                        home,
                        OdpSettings.defaults()
                                .withCache(Path.of("target", "emulator-cache"))
                                .withConfiguration("enable_metadb_used", "false")
                                .withConfiguration("enable_cluster_checkout", "false")
                                .withConfiguration("proxy_mem_limited", "1G"))
                .start();
    }

    @AfterEach
    void stop() throws IOException {
        odp.stop();
    }

    @Test
    void shouldAnswerAsTheRealOne() throws IOException {
        Map<String, Object> recording = recording();
        List<String> differences = new ArrayList<>();
        List<?> answers = (List<?>) Objects.requireNonNull(recording.get("answers"));
        RawConnection connection = administrator();
        for (Object each : answers) {
            Map<String, Object> expected = new ObjectMapper().convertValue(each, new TypeReference<>() {});
            String sql = (String) Objects.requireNonNull(expected.remove("sql"));
            Map<String, Object> actual = sql.startsWith("(login ") ? logIn(sql) : ask(connection, sql);
            if (!comparable(sql, expected).equals(comparable(sql, actual))) {
                differences.add(
                        sql + "\n expected " + comparable(sql, expected) + "\n but was  " + comparable(sql, actual));
            }
            if (actual.containsKey("closed")) {
                connection.close();
                connection = administrator();
            }
        }
        connection.close();
        assertThat(answers).hasSizeGreaterThan(50);
        if (!differences.isEmpty()) {
            fail(String.join("\n", differences));
        }
    }

    @Test
    void shouldGreetAsTheRealOne() throws IOException {
        Map<String, Object> expected =
                new ObjectMapper().convertValue(recording().get("greeting"), new TypeReference<>() {});
        try (RawConnection connection = new RawConnection(odp.address())) {
            Map<String, Object> actual = connection.greeting();

            assertThat(actual.remove("connection_id")).isInstanceOf(Integer.class);
            expected.remove("connection_id");
            assertThat(actual).isEqualTo(expected);
        }
    }

    /** Not recorded: what the grammar of a real ODP says about these. */
    @Test
    void shouldAnswerFurtherStatementsByTheGrammar() throws IOException {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("FOO", "5010");
        expected.put("HELP 'x'", "5010");
        expected.put("INSERT INTO t VALUES (1)", "5010");
        expected.put("CREATE TABLE t (a int)", "5010");
        expected.put("DELETE FROM t", "4016");
        expected.put("UPDATE t SET a=1", "4016");
        expected.put("SHOW PROXYINFO", "5010");
        expected.put("SHOW PROXYCONFIG LIKE hot_upgrade%", "5010");
        expected.put("SHOW PROXYSESSION x", "5010");
        expected.put("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=1, proxy_local_cmd=2", "5010");
        expected.put("ALTER PROXYCONFIG SET local_bound_ip=127.0.0.1", "5010");
        expected.put("ALTER PROXYCONFIG SET json_config_version='1'", "5099");
        expected.put("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=''", "4147");
        expected.put("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=-1", "ok");
        expected.put("/* c */ alter  proxyconfig\n set hot_upgrade_exit_timeout = \"5\";", "ok");
        expected.put("SHOW PROXYCONFIG", "rows");
        expected.put("SHOW PROXYCONFIG DIFF LIKE 'hot%'", "rows");
        expected.put("SHOW PROXYCONFIG LIKE listen_port", "rows");
        expected.put("SHOW PROCESSLIST", "rows");
        expected.put("SHOW PROXYSESSION ATTRIBUTE", "rows");
        expected.put("SHOW PROXYSESSION ATTRIBUTE LIKE 'pid'", "rows");
        expected.put("SHOW PROXYSTAT", "rows");
        expected.put("SHOW DATABASES", "rows");
        expected.put("SHOW WARNINGS", "5010");
        expected.put("START TRANSACTION", "ok");
        expected.put("ROLLBACK", "ok");
        expected.put("SELECT DATABASE()", "1235");
        expected.put("SELECT proxy_version() AS v", "rows");
        expected.put("KILL QUERY 1", "5010");
        Map<String, String> actual = new LinkedHashMap<>();
        try (RawConnection connection = administrator()) {
            for (String sql : expected.keySet()) {
                Map<String, Object> answer = connection.command(3, sql);
                actual.put(
                        sql,
                        answer.get("err") instanceof Map<?, ?> error
                                ? String.valueOf(error.get("code"))
                                : answer.containsKey("ok") ? "ok" : answer.containsKey("rows") ? "rows" : "closed");
            }
            assertThat(connection.command(9, "")).containsKey("err");
        }
        assertThat(actual).isEqualTo(expected);
    }

    private RawConnection administrator() throws IOException {
        RawConnection connection = new RawConnection(odp.address());
        connection.logIn("root@proxysys", "proxysys");
        return connection;
    }

    /** A line of the recording like: (login root@proxysys 'wrong'). */
    private Map<String, Object> logIn(String sql) throws IOException {
        String user = sql.substring("(login ".length()).split("[ )]", -1)[0];
        String password = sql.contains("'") ? sql.split("'", -1)[1] : "proxysys";
        try (RawConnection connection = new RawConnection(odp.address())) {
            return connection.logIn(user, password);
        }
    }

    private Map<String, Object> ask(RawConnection connection, String sql) throws IOException {
        String here = sql.replace("listen_port=2883", "listen_port=" + odp.port());
        return sql.equals("(COM_PING)") ? connection.command(14, "") : connection.command(3, here);
    }

    /** An answer as text, without what must differ from one process to the next. */
    private String comparable(String sql, Map<String, Object> answer) {
        String text = String.valueOf(answer);
        if (sql.contains("PROXYINFO BINARY")) {
            return text.replaceAll("REVISION:[^\\n]*", "REVISION:");
        }
        if (sql.contains("PROXYINFO UPGRADE")) {
            return text.replaceFirst("argc:.*inherited_argv\\[0]=\"[^\"]*\"", "argv")
                    .replaceAll("0x[0-9a-f]+", "0x")
                    .replaceAll("127\\.0\\.0\\.\\d", "ip")
                    .replaceAll("(fd|port):-?\\d+", "$1:")
                    .replaceAll("ip:\\d+", "ip:");
        }
        if (sql.contains("PROXYSESSION")) {
            return text.replaceAll("rows=.*MCS_", "rows=MCS_").replaceAll("MCS_ACTIVE_READER, \\d+, \\d+", "pids");
        }
        if (sql.contains("REFRESH")) {
            return text.replaceAll(", [1-9]\\d*, (NULL|PERSISTENT)", ", n, $1");
        }
        if (sql.contains("DIFF")) {
            return text.replaceFirst("listen_port, \\d+", "listen_port, n")
                    .replaceFirst("local_bound_ip, [0-9.]+", "local_bound_ip, ip");
        }
        return text;
    }

    private static Map<String, Object> recording() throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(RecordedAnswersIT.class.getResourceAsStream("/recorded-answers.json"))) {
            return new ObjectMapper().readValue(stream, new TypeReference<>() {});
        }
    }
}
