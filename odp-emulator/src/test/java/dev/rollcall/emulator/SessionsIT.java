package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.emulator.mysql.MySqlClient;
import dev.rollcall.emulator.mysql.RawConnection;
import dev.rollcall.emulator.mysql.ServerError;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listing and killing connections, and ODP's own tables that nobody recorded; {@code odp-mechanics.md} section 3.2, {@code odp-observed.md} section 2. */
class SessionsIT {

    /** Statement, number of rows, first and last column. */
    private static final List<String> TABLES = List.of(
            "SHOW PROXYCONFIG LIKE 'syslog_level' | 1 | parent_mod | usage",
            "SHOW PROXYCONFIG LIKE 'syslog_level%' | 1 | name | config_level",
            "SHOW PROXYNET THREAD | 1 | net_thread_id | priority_queue_size",
            "SHOW PROXYNET CONNECTION | 1 | thread_id | comments",
            "SHOW PROXYNET CONNECTION 0 LIMIT 10 | 1 | thread_id | comments",
            "SHOW PROXYSM | 0 | sm_id | sm_info",
            "SHOW PROXYCLUSTER | 1 | cluster_name | replica_type",
            "SHOW PROXYCLUSTER IDC | 1 | cluster_name | region",
            "SHOW PROXYRESOURCE LIKE 'a%' | 0 | cluster_name | last_fetch_idc_list_time",
            "SHOW PROXYCONGESTION ALL | 0 | cluster_name | last_detect_congested",
            "SHOW PROXYROUTE | 0 | cluster_name | server addr",
            "SHOW PROXYROUTE PARTITION | 0 | table_id | server addr",
            "SHOW PROXYROUTE ROUTINE | 0 | cluster_name | route_sql",
            "SHOW PROXYVIP | 0 | vid | info",
            "SHOW PROXYMEMORY | 3 | mod_name | avg_used",
            "SHOW PROXYMEMORY OBJPOOL | 0 | free_list_name | chunk_byte_size",
            "SHOW PROXYTRACE | 0 | attempts | cost_time_us",
            "SHOW WARNLOG | 0 | log_id | log",
            "SHOW GLOBALSESSION | 0 | dbkey_name | idle_timeout",
            "SHOW PROXYINFO IDC | 0 | global_idc_name | other_region",
            "SHOW PROXYSESSION VARIABLES | 0 | variable_name | sys_variable_flag",
            "show  proxysession stat ; | 0 | stat_name | value");

    private final EmulatedOdp odp;

    SessionsIT(@TempDir Path home) throws IOException {
        this.odp = EmulatedOdp.install(home, Installations.quick().withBusinessBackend(true))
                .start();
    }

    @AfterEach
    void stop() throws IOException {
        odp.kill();
    }

    @Test
    void shouldListEveryConnectionWithThePidOfTheAnsweringProcess() throws IOException {
        try (MySqlClient admin = odp.admin();
                MySqlClient business = odp.business()) {
            List<List<String>> sessions = admin.query("SHOW PROXYSESSION");

            assertThat(sessions).hasSize(2);
            assertThat(sessions)
                    .allMatch(row -> row.get(11).equals(sessions.get(0).get(11)));
            assertThat(sessions.get(0))
                    .contains(String.valueOf(admin.connectionId()), "proxysys", "root", "MCS_ACTIVE_READER");
            assertThat(sessions.get(1))
                    .contains(String.valueOf(business.connectionId()), "tenant", "app", "MCS_KEEP_ALIVE");
            assertThat(business.query("SHOW PROXYSESSION")).hasSize(2);
            assertThat(business.query("SHOW PROCESSLIST")).hasSize(1);
        }
    }

    @Test
    void shouldCountConnectionsFromOneInEachProcess() throws IOException {
        long old = odp.servingPid().orElseThrow();
        for (int i = 0; i < 5; i++) {
            odp.admin().close();
        }
        odp.requestHotRestart();
        await().until(() ->
                odp.ledger().last(LedgerEntry.Event.HOT_RESTART_COMMITTED).isPresent());

        try (MySqlClient fresh = odp.admin()) {
            assertThat(fresh.connectionId()).isEqualTo(1);
            assertThat(fresh.answeringPid()).isNotEqualTo(old);
        }
    }

    @Test
    void shouldGoOfflineAndOnlineWithoutRefusingAnybody() throws IOException {
        try (MySqlClient admin = odp.admin()) {
            try (MySqlClient business = odp.business()) {
                admin.query("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=-1");
                admin.query("ALTER PROXYCONFIG SET proxy_local_cmd=3");
                await().until(() -> status(admin).equals("BE_INACTIVE"));
                assertThat(business.query("SELECT 1")).isNotEmpty();
            }
            await().until(() -> status(admin).equals("INACTIVE"));
            odp.business().close();

            admin.query("ALTER PROXYCONFIG SET proxy_local_cmd=4");

            await().until(() -> status(admin).equals("ACTIVE"));
        }
    }

    private static String status(MySqlClient client) throws IOException {
        return client.query("SELECT proxy_status()").get(0).get(0);
    }

    @Test
    void shouldLetTheInspectorPingAndNothingElse() throws IOException {
        try (MySqlClient admin = odp.admin()) {
            admin.query("ALTER PROXYCONFIG SET inspector_password=''");
        }
        try (MySqlClient inspector =
                MySqlClient.connect(odp.address(), "inspector@proxysys", "", Duration.ofSeconds(5))) {
            inspector.query("PING PROXY");

            assertRefused(5010, "21000", inspector, "SHOW PROXYSESSION");
        }
    }

    @Test
    void shouldEndTheConnectionOfAnybodyElse() throws IOException {
        for (String statement : List.of("KILL PROXYSESSION ", "KILL CONNECTION ", "kill ")) {
            try (MySqlClient admin = odp.admin();
                    MySqlClient business = odp.business()) {
                business.query("BEGIN");

                admin.query(statement + business.connectionId());

                assertThatThrownBy(() -> business.query("SELECT 1"))
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(ServerError.class);
                await().until(() -> admin.query("SHOW PROXYSESSION").size() == 1);
            }
        }
    }

    @Test
    void shouldTellWhoKillsHimselfBeforeItEnds() throws IOException {
        try (RawConnection connection = new RawConnection(odp.address())) {
            connection.logIn("root@proxysys", "proxysys");
            Object id = connection.greeting().get("connection_id");

            Map<String, Object> answer = connection.command(3, "KILL PROXYSESSION " + id);

            assertThat(answer.get("err"))
                    .isEqualTo(Map.of("code", 1317, "state", "70100", "message", "Query execution was interrupted"));
            assertThat(connection.command(14, "")).containsKey("closed");
        }
    }

    @Test
    void shouldKillOnlyWhatOneMay() throws IOException {
        try (MySqlClient admin = odp.admin();
                MySqlClient business = odp.business();
                MySqlClient twin = odp.business()) {
            assertRefused(1094, "HY000", admin, "KILL PROXYSESSION 4711");
            assertRefused(1094, "HY000", admin, "KILL PROXYSESSION " + business.connectionId() + " 3");
            assertRefused(5010, "21000", admin, "KILL PROXYSESSION");
            assertRefused(5010, "21000", admin, "KILL PROXYSESSION x");
            assertRefused(1095, "HY000", business, "KILL " + admin.connectionId());

            business.query("KILL " + twin.connectionId());

            await().until(() -> admin.query("SHOW PROXYSESSION").size() == 2);
        }
    }

    @Test
    void shouldNotWaitForAKilledConnectionWhenItDrains() throws IOException {
        try (MySqlClient admin = odp.admin();
                MySqlClient business = odp.business()) {
            admin.query("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=-1");
            admin.query("ALTER PROXYCONFIG SET proxy_local_cmd=2");
            await().until(() ->
                    odp.ledger().last(LedgerEntry.Event.HOT_RESTART_COMMITTED).isPresent());

            admin.query("KILL PROXYSESSION " + business.connectionId());
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> odp.ledger().last(LedgerEntry.Event.DRAINED).isPresent());
    }

    @Test
    void shouldKnowItsOwnTables() throws IOException {
        try (RawConnection connection = new RawConnection(odp.address())) {
            connection.logIn("root@proxysys", "proxysys");
            for (String expected : TABLES) {
                String[] part = expected.split(" \\| ", -1);

                Map<String, Object> answer = connection.command(3, part[0]);

                List<?> columns = (List<?>) Objects.requireNonNull(answer.get("columns"), part[0]);
                assertThat(columns.get(0)).as(part[0]).asString().contains("name=" + part[2] + ",");
                assertThat(columns.get(columns.size() - 1))
                        .as(part[0])
                        .asString()
                        .contains("name=" + part[3] + ",");
                assertThat((List<?>) answer.get("rows"))
                        .as(part[0])
                        .hasSize(Integer.parseInt(part[1]))
                        .allMatch(row -> ((List<?>) row).size() == columns.size());
            }
        }
    }

    @Test
    void shouldRefuseItsOwnTablesWhenMisspelt() throws IOException {
        try (MySqlClient admin = odp.admin()) {
            for (String statement : List.of(
                    "SHOW PROXYNET",
                    "SHOW PROXYSM x",
                    "SHOW PROXYROUTE ALL",
                    "SHOW PROXYMEMORY LIKE 'a'",
                    "SHOW PROXYFOO")) {
                assertRefused(5010, "21000", admin, statement);
            }
        }
    }

    private static void assertRefused(int code, String state, MySqlClient client, String statement) {
        assertThatThrownBy(() -> client.query(statement)).isInstanceOfSatisfying(ServerError.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.state()).isEqualTo(state);
        });
    }
}
