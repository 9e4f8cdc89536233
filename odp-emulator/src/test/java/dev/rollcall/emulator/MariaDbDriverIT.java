package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver the agent uses, against an emulated process: it must get along as with a real ODP. */
class MariaDbDriverIT {

    private final EmulatedOdp odp;

    MariaDbDriverIT(@TempDir Path home) throws IOException {
        this.odp = EmulatedOdp.install(home, Installations.quick().withBusinessBackend(true))
                .start();
    }

    @AfterEach
    void stop() throws IOException {
        odp.stop();
    }

    @Test
    void shouldTalkAsAdministrator() throws SQLException {
        try (Connection connection = connect("root@proxysys", "proxysys");
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SHOW PROXYSESSION")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getLong("pid")).isEqualTo(odp.servingPid().orElseThrow());
                assertThat(rows.getString("Tenant")).isEqualTo("proxysys");
            }
            try (ResultSet rows = statement.executeQuery("SHOW PROXYCONFIG LIKE 'hot_upgrade_exit_timeout'")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("value")).isEqualTo("1000000");
            }
            assertThat(statement.executeUpdate("ALTER PROXYCONFIG SET hot_upgrade_exit_timeout=2000000"))
                    .isZero();
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getErrorCode()).isEqualTo(1235);
                        assertThat(e.getSQLState()).isEqualTo("0A000");
                    });
            assertThatThrownBy(() -> statement.execute("FOO"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(5010));
        }
    }

    @Test
    void shouldHoldTransactionAsBusinessUser() throws SQLException {
        try (Connection connection = connect("app@tenant#democluster", "secret");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try (ResultSet rows = statement.executeQuery("SELECT 1")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(1);
            }
            connection.commit();
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void shouldRefuseWrongPassword() {
        assertThatThrownBy(() -> connect("root@proxysys", "wrong").close())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
    }

    private Connection connect(String user, String password) throws SQLException {
        String url =
                "jdbc:mariadb://127.0.0.1:" + odp.port() + "/?sslMode=disable&connectTimeout=5000&socketTimeout=5000";
        return DriverManager.getConnection(url, user, password);
    }
}
