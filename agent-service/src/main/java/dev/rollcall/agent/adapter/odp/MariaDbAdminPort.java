package dev.rollcall.agent.adapter.odp;

import dev.rollcall.agent.adapter.ssh.SshTunnels;
import dev.rollcall.agent.adapter.ssh.TunnelSocket;
import dev.rollcall.agent.app.AdminPort;
import dev.rollcall.agent.app.LoginException;
import dev.rollcall.agent.app.LoginException.Kind;
import dev.rollcall.agent.app.Route;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import dev.rollcall.agent.domain.UpgradeInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.Driver;

/** Speaks to an ODP with MariaDB's driver, the one that gets on with an ODP's admin port (odp-observed.md section 7). Thread-safe. */
public final class MariaDbAdminPort implements AdminPort {
    private static final int ACCESS_DENIED = 1045;

    private final SshTunnels tunnels;
    private final SqlCredentials credentials;
    /** To make one means to read all options and to load the driver's codecs; there is one for each credential and time limit. */
    private final Map<Login, Configuration> configurations = new ConcurrentHashMap<>();

    public MariaDbAdminPort(SshTunnels tunnels, SqlCredentials credentials) {
        this.tunnels = tunnels;
        this.credentials = credentials;
    }

    @Override
    public Session login(Odp odp, @Nullable Route route, String address, Duration timeout) throws LoginException {
        return open(odp, route, address, odp.adminCredential(), timeout);
    }

    @Override
    public void checkBusinessPath(Odp odp, String address, Duration timeout) throws LoginException {
        String name = odp.probeCredential();
        if (name == null) {
            throw new LoginException(Kind.NO_CREDENTIAL, "no probe credential is defined");
        }
        try (MariaDbSession session = open(odp, null, address, name, timeout)) {
            session.selectOne("SELECT 1 through credential '" + name + "'");
        }
    }

    private MariaDbSession open(Odp odp, @Nullable Route route, String address, String credentialName, Duration timeout)
            throws LoginException {
        SqlCredential credential = credentials
                .find(credentialName)
                .orElseThrow(() -> new LoginException(
                        Kind.NO_CREDENTIAL, "the agent has no SQL credential '" + credentialName + "'"));
        String at = address + ":" + odp.sqlPort();
        TunnelSocket socket;
        try {
            socket = tunnels.connect(odp, route, address, odp.sqlPort(), timeout);
        } catch (TunnelSocket.ForwardingForbiddenException e) {
            throw new LoginException(Kind.FORWARDING_FORBIDDEN, 0, String.valueOf(e.getMessage()), e);
        } catch (TunnelSocket.NotListeningException e) {
            throw new LoginException(Kind.NOT_LISTENING, 0, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new LoginException(Kind.UNREACHABLE, 0, String.valueOf(e.getMessage()), e);
        } catch (TroubleException e) {
            Kind kind = e.failure().code().equals("NO_CREDENTIAL") ? Kind.NO_CREDENTIAL : Kind.UNREACHABLE;
            throw new LoginException(kind, 0, e.failure().detail(), e);
        }
        boolean connected = false;
        try {
            Configuration configuration = configuration(credential, timeout);
            Connection connection = TunnelSocketFactory.with(socket, () -> Driver.connect(configuration));
            connected = true;
            return new MariaDbSession(connection, socket);
        } catch (SQLException e) {
            throw inWords(e, "login as " + credential.user() + " at " + at, socket);
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private Configuration configuration(SqlCredential credential, Duration timeout) throws SQLException {
        Login login = new Login(credential, Math.max(1, timeout.toMillis()));
        Configuration known = configurations.get(login);
        if (known != null) {
            return known;
        }
        Properties properties = new Properties();
        properties.setProperty("user", credential.user());
        properties.setProperty("password", credential.password());
        properties.setProperty("sslMode", "disable");
        properties.setProperty("socketFactory", TunnelSocketFactory.class.getName());
        properties.setProperty("connectTimeout", Long.toString(login.timeoutMillis()));
        properties.setProperty("socketTimeout", Long.toString(login.timeoutMillis()));
        Configuration made = Configuration.parse("jdbc:mariadb://odp.invalid/", properties);
        configurations.put(login, made);
        return made;
    }

    private record Login(SqlCredential credential, long timeoutMillis) {}

    private static LoginException inWords(SQLException e, String what, TunnelSocket socket) {
        if (e.getErrorCode() == ACCESS_DENIED) {
            String from = addressIn(String.valueOf(e.getMessage()));
            return from.isEmpty() || isNear(from)
                    ? new LoginException(
                            Kind.ACCESS_DENIED,
                            ACCESS_DENIED,
                            what + " was refused (1045): a wrong password or user",
                            e)
                    : new LoginException(
                            Kind.ADDRESS_DENIED,
                            ACCESS_DENIED,
                            what + " was refused (1045): it comes from " + from + ", which is no private address",
                            e);
        }
        boolean silent = timedOut(e);
        String state = e.getSQLState();
        boolean broken = e.getErrorCode() == 0 || (state != null && state.startsWith("08"));
        // What a host does that vanished must not be taken for something its ODP does.
        if ((silent || broken) && !socket.hostAnswers()) {
            return new LoginException(Kind.UNREACHABLE, 0, what + ": the host stopped answering over SSH", e);
        }
        if (silent) {
            return new LoginException(
                    Kind.SILENT, 0, what + ": the connection is taken, but no answer comes from the ODP", e);
        }
        return broken
                ? new LoginException(Kind.BROKEN, 0, what + ": the ODP closed the connection", e)
                : new LoginException(
                        Kind.STATEMENT_REFUSED,
                        e.getErrorCode(),
                        what + " was answered with error " + e.getErrorCode() + " (" + state + ")",
                        e);
    }

    /** As the ODP saw us: {@code Access denied for user 'root@proxysys'@'127.0.0.1' (using password: YES)}. */
    static String addressIn(String refusal) {
        Matcher m = Pattern.compile("'@'([0-9A-Fa-f.:]+)'").matcher(refusal);
        return m.find() ? m.group(1) : "";
    }

    /** Whether an ODP lets its administrator in from there (odp-mechanics.md section 3.1). */
    static boolean isNear(String address) {
        try {
            InetAddress parsed = InetAddress.getByName(address);
            boolean uniqueLocal = parsed.getAddress().length == 16 && (parsed.getAddress()[0] & 0xfe) == 0xfc;
            return parsed.isLoopbackAddress() || parsed.isSiteLocalAddress() || uniqueLocal;
        } catch (UnknownHostException notAnAddress) {
            return true;
        }
    }

    private static boolean timedOut(Throwable e) {
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SocketTimeoutException || t instanceof SQLTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static final class MariaDbSession implements Session {
        private final Connection connection;
        private final TunnelSocket socket;

        MariaDbSession(Connection connection, TunnelSocket socket) {
            this.connection = connection;
            this.socket = socket;
        }

        private LoginException inWords(SQLException e, String what) {
            return MariaDbAdminPort.inWords(e, what, socket);
        }

        void selectOne(String what) throws LoginException {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT 1")) {
                if (!rows.next()) {
                    throw new LoginException(Kind.STATEMENT_REFUSED, "SELECT 1 gave no row");
                }
            } catch (SQLException e) {
                throw inWords(e, what);
            }
        }

        @Override
        public long pid() throws LoginException {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW PROXYSESSION")) {
                if (rows.next()) {
                    // All rows carry the answering process (odp-mechanics.md section 3.2).
                    return rows.getLong("pid");
                }
                throw new LoginException(Kind.STATEMENT_REFUSED, "SHOW PROXYSESSION gave no row");
            } catch (SQLException e) {
                throw inWords(e, "SHOW PROXYSESSION");
            }
        }

        @Override
        public UpgradeInfo upgrade() throws LoginException {
            String info = info("SHOW PROXYINFO UPGRADE");
            try {
                return UpgradeInfo.parse(info);
            } catch (IllegalArgumentException e) {
                throw new LoginException(Kind.STATEMENT_REFUSED, 0, String.valueOf(e.getMessage()), e);
            }
        }

        @Override
        public Optional<String> setting(String name) throws LoginException {
            return Optional.ofNullable(settings(name).get(name));
        }

        @Override
        public Map<String, String> settings(String pattern) throws LoginException {
            return namesAndValues("SHOW PROXYCONFIG LIKE '" + word(pattern) + "'");
        }

        @Override
        public Map<String, String> differing() throws LoginException {
            return namesAndValues("SHOW PROXYCONFIG DIFF");
        }

        private Map<String, String> namesAndValues(String sql) throws LoginException {
            Map<String, String> values = new LinkedHashMap<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    values.put(rows.getString("name"), rows.getString("value"));
                }
                return values;
            } catch (SQLException e) {
                throw inWords(e, sql);
            }
        }

        @Override
        public void alter(String name, String value) throws LoginException {
            String quoted = value.matches("-?\\d+") ? value : "'" + word(value) + "'";
            String sql = "ALTER PROXYCONFIG SET " + word(name) + "=" + quoted;
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw inWords(e, "ALTER PROXYCONFIG SET " + name);
            }
        }

        @Override
        public String version() throws LoginException {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT proxy_version()")) {
                if (rows.next()) {
                    return rows.getString(1);
                }
                throw new LoginException(Kind.STATEMENT_REFUSED, "SELECT proxy_version() gave no row");
            } catch (SQLException e) {
                LoginException refused = inWords(e, "SELECT proxy_version()");
                if (refused.kind() != Kind.STATEMENT_REFUSED) {
                    throw refused;
                }
                return versionOf(info("SHOW PROXYINFO BINARY"));
            }
        }

        @Override
        public Optional<Long> clientConnections() throws LoginException {
            String sql = "SHOW PROXYSTAT REFRESH LIKE 'global_client_connections_currently_open'";
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                return rows.next() ? Optional.of(rows.getLong("value")) : Optional.empty();
            } catch (SQLException e) {
                LoginException refused = inWords(e, sql);
                if (refused.kind() != Kind.STATEMENT_REFUSED) {
                    throw refused;
                }
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException e) {
                // The process at the other end may be gone.
            }
        }

        private String info(String sql) throws LoginException {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                if (rows.next()) {
                    String info = rows.getString("info");
                    return info == null ? "" : info;
                }
                throw new LoginException(Kind.STATEMENT_REFUSED, sql + " gave no row");
            } catch (SQLException e) {
                throw inWords(e, sql);
            }
        }

        /** Setting names and values of ours are plain words; originals came from the ODP itself. */
        private static String word(String text) throws LoginException {
            if (!text.matches("[A-Za-z0-9_.%,:/@ +-]*")) {
                throw new LoginException(Kind.STATEMENT_REFUSED, "a setting or its value is not plain text");
            }
            return text;
        }
    }

    /** From {@code ObProxy-OceanBase 4.3.1.0-1.el7}. */
    static String versionOf(String binaryInfo) {
        Matcher m = Pattern.compile("OceanBase\\s+([0-9]+(?:\\.[0-9]+)*)").matcher(binaryInfo);
        return m.find() ? m.group(1) : "";
    }
}
