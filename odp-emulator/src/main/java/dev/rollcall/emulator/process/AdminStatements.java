package dev.rollcall.emulator.process;

import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.config.ConfigItem;
import dev.rollcall.emulator.config.ConfigStore;
import dev.rollcall.emulator.mysql.Answer;
import dev.rollcall.emulator.mysql.Column;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code root@proxysys} gets to hear, as recorded from 4.3.1.0 and, for what was not recorded, as {@code odp-mechanics.md} section 3 tells.
 *
 * <p>What an ODP does not know it answers with 5010. {@code inspector@proxysys} may only {@code PING PROXY}.
 */
final class AdminStatements implements Statements {

    static final Answer BAD_COMMAND = new Answer.Refusal(5010, "21000", "Unknown operator, bad internal cmd");

    static final Answer UNSUPPORTED = new Answer.Refusal(1235, "0A000", "Not supported feature or function");
    private static final Answer INTERNAL_ERROR = new Answer.Refusal(4016, "HY000", "Internal error");
    private static final Answer UNKNOWN_CONFIG = new Answer.Refusal(5099, "42000", "System config unknown");
    private static final Answer INVALID_CONFIG = new Answer.Refusal(4147, "HY000", "Invalid config");
    private static final Answer OK = new Answer.Ok(0);

    /** In a transaction, autocommit, no index used: what a BEGIN was seen to answer. */
    private static final Answer BEGUN = new Answer.Ok(0x23);

    /** The status of answers made from ODP's own functions. */
    private static final int FUNCTION_STATUS = 2;

    /** A value without quotes is a word or a whole number: so says the grammar of ODP's parser. */
    private static final String WORD = "[A-Za-z0-9$_#]+";

    private static final String LIKE = "(?:\\s+like\\s+(?:'([^']*)'|\"([^\"]*)\"|(" + WORD + ")))?";
    private static final Pattern SHOW_CONFIG = pattern("show\\s+proxyconfig(?:\\s+(all|diff\\s+user|diff))?" + LIKE);
    private static final Pattern SHOW_STAT = pattern("show\\s+proxystat(\\s+refresh)?" + LIKE);
    private static final Pattern SHOW_ATTRIBUTES = pattern("show\\s+proxysession\\s+attribute(?:\\s+(\\d+))?" + LIKE);
    private static final Pattern OWN_SHOW = Pattern.compile("show (proxy|sqlaudit|warnlog|globalsession)");
    private static final Pattern ALTER = pattern("alter\\s+proxyconfig\\s+set\\s+(" + WORD
            + ")\\s*=\\s*(?:'([^']*)'|\"([^\"]*)\"|([-+]?\\d{1,17})|(" + WORD + "|))");
    private static final Pattern PROXY_VERSION = pattern("select\\s+(proxy_version\\s*\\(\\))(?:\\s+as\\s+(\\S+))?");
    private static final Pattern PROXY_STATUS = pattern("select\\s+proxy_status\\s*\\(\\)");
    private static final Pattern SESSION_VARIABLE =
            pattern("select\\s+@@session\\.(auto_increment_increment|tx_read_only|tx_isolation)");
    private static final Pattern FROM = Pattern.compile("\\sfrom\\s+(?!dual\\b)", Pattern.CASE_INSENSITIVE);

    /** The same rows whatever SHOW was asked. */
    private static final Map<String, String> VARIABLES = variables();

    private final OdpProcess odp;
    private final ClientSession session;

    AdminStatements(OdpProcess odp, ClientSession session) {
        this.odp = odp;
        this.session = session;
    }

    @Override
    public int status() {
        return 0;
    }

    @Override
    public Answer answer(String sql) {
        String text = SqlText.trimmed(sql);
        String plain = SqlText.normalized(sql);
        if (plain.equals("ping proxy")) {
            return odp.hotRestart().accepting() ? OK : new Answer.Hangup();
        }
        if (session.user().equals("inspector")) {
            return BAD_COMMAND;
        }
        int blank = plain.indexOf(' ');
        return switch (blank < 0 ? plain : plain.substring(0, blank)) {
            case "show" -> show(text, plain);
            case "alter" -> plain.startsWith("alter proxyconfig") ? alter(text) : BAD_COMMAND;
            case "select" -> select(text);
            case "set" -> blank < 0 ? BAD_COMMAND : OK;
            case "begin" -> blank < 0 ? BEGUN : BAD_COMMAND;
            case "start" -> plain.startsWith("start transaction") ? BEGUN : BAD_COMMAND;
            case "commit", "rollback" -> blank < 0 ? OK : BAD_COMMAND;
            case "kill" -> KillStatement.answer(text, odp, session, anybody -> true);
            // These three are looked for among ODP's own tables, and those have none of these names.
            case "update", "delete", "replace" -> blank < 0 ? BAD_COMMAND : INTERNAL_ERROR;
            default -> BAD_COMMAND;
        };
    }

    private Answer show(String text, String plain) {
        return switch (plain) {
            case "show proxyinfo binary" -> info("binary info", odp.binary().info());
            case "show proxyinfo upgrade" -> info("hot upgrade info", UpgradeText.of(odp));
            case "show proxysession" -> SessionTables.sessions(odp);
            case "show processlist" -> SessionTables.processes(odp, any -> true);
            case "show warnings", "show errors", "show trace" -> BAD_COMMAND;
            default -> {
                Matcher config = SHOW_CONFIG.matcher(text);
                Matcher stat = SHOW_STAT.matcher(text);
                Matcher attributes = SHOW_ATTRIBUTES.matcher(text);
                if (config.matches()) {
                    if (config.group(1) == null && "syslog_level".equalsIgnoreCase(firstOf(config, 2, 3, 4))) {
                        yield syslogLevel();
                    }
                    yield configurations(config.group(1), like(config, 2));
                }
                if (stat.matches()) {
                    yield statistics(stat.group(1) != null, like(stat, 2));
                }
                if (attributes.matches()) {
                    yield attributes(attributes.group(1), like(attributes, 2));
                }
                Answer table = odp.internalTables().answer(plain, odp);
                if (table != null) {
                    yield table;
                }
                // One of ODP's own commands is refused when it ends in a wrong way; any other SHOW gets the fixed
                // variables.
                yield OWN_SHOW.matcher(plain).lookingAt() ? BAD_COMMAND : fixedVariables();
            }
        };
    }

    private static Answer info(String name, String text) {
        return new Answer.Rows(List.of(Column.text("name"), Column.text("info")), List.of(List.of(name, text)), 0);
    }

    private Answer configurations(@Nullable String kind, Pattern like) {
        ConfigStore config = odp.config();
        Predicate<ConfigItem> wanted = kind == null || kind.equalsIgnoreCase("all")
                ? item -> true
                : kind.equalsIgnoreCase("diff")
                        ? config::differsFromDefault
                        : item ->
                                config.differsFromDefault(item) && item.level().equals("USER");
        boolean ranges = odp.binary().version().isRecordedOrLater();
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("name"),
                Column.text("value"),
                Column.text("info"),
                Column.text("need_reboot"),
                Column.text("visible_level")));
        if (ranges) {
            columns.add(Column.text("range"));
            columns.add(Column.text("config_level"));
        }
        List<List<String>> rows = new ArrayList<>();
        for (ConfigItem item : config.catalog().items()) {
            if (wanted.test(item) && like.matcher(item.name()).matches()) {
                List<String> row = new ArrayList<>(List.of(
                        item.name(), config.get(item.name()), "", String.valueOf(item.needReboot()), item.level()));
                if (ranges) {
                    row.add(item.range());
                    row.add(item.configLevel());
                }
                rows.add(row);
            }
        }
        return new Answer.Rows(columns, rows, 0);
    }

    /** This one configuration, asked for by its whole name, is shown by module; here there is one. */
    private Answer syslogLevel() {
        return new Answer.Rows(
                List.of(Column.text("parent_mod"), Column.text("sub_mod"), Column.text("level"), Column.text("usage")),
                List.of(List.of("ALL", "", odp.config().get("syslog_level"), "")),
                0);
    }

    private Answer statistics(boolean refresh, Pattern like) {
        Statistics statistics = odp.statistics();
        if (refresh) {
            statistics.refresh(odp.sessions().counters());
        }
        List<List<String>> rows = new ArrayList<>();
        for (Statistics.Stat stat : statistics.stats()) {
            if (like.matcher(stat.name()).matches()) {
                rows.add(List.of(stat.name(), String.valueOf(statistics.value(stat.name())), stat.persistType()));
            }
        }
        return new Answer.Rows(
                List.of(Column.text("stat_name"), Column.bigint("value"), Column.text("persist_type")), rows, 0);
    }

    private static Answer fixedVariables() {
        List<List<String>> rows = new ArrayList<>();
        VARIABLES.forEach((name, value) -> rows.add(List.of(name, value)));
        return new Answer.Rows(List.of(Column.text("Variable_name"), Column.text("Value")), rows, 0);
    }

    private Answer alter(String text) {
        Matcher matcher = ALTER.matcher(text);
        if (!matcher.matches()) {
            return BAD_COMMAND;
        }
        String name = matcher.group(1);
        String number = matcher.group(4);
        String value = number == null ? firstOf(matcher, 2, 3, 5) : String.valueOf(Long.parseLong(number));
        boolean unwritable = odp.hotRestart().configurationClosed()
                || odp.faults().strikes(Fault.ALTER_FAILS)
                || odp.faults().strikes(Fault.DISK_FULL);
        if (odp.faults().strikes(Fault.ALTER_UNKNOWN)) {
            return UNKNOWN_CONFIG;
        }
        if (unwritable && odp.config().catalog().find(name).isPresent()) {
            return INTERNAL_ERROR;
        }
        try {
            return switch (odp.config().alter(name, value)) {
                case ACCEPTED -> {
                    if (name.equals("proxy_local_cmd")) {
                        odp.hotRestart()
                                .commanded(value, session.user() + '@' + session.tenant() + ' ' + session.host());
                    }
                    yield OK;
                }
                case UNKNOWN -> UNKNOWN_CONFIG;
                case INVALID -> INVALID_CONFIG;
                case UNSUPPORTED -> UNSUPPORTED;
            };
        } catch (IOException e) {
            odp.log().error("cannot write the configuration: " + e);
            return INTERNAL_ERROR;
        }
    }

    private Answer select(String text) {
        Matcher version = PROXY_VERSION.matcher(text);
        if (version.matches() && odp.binary().version().hasHotRestart()) {
            String alias = version.group(2);
            return function(
                    alias == null ? "proxy_version()" : alias,
                    odp.binary().version().text());
        }
        if (PROXY_STATUS.matcher(text).matches() && odp.binary().version().canGoOffline()) {
            return function("proxy_status", odp.hotRestart().serviceStatus());
        }
        Matcher variable = SESSION_VARIABLE.matcher(text);
        if (variable.matches()) {
            String column = "@@session." + variable.group(1).toLowerCase(Locale.ROOT);
            return switch (column) {
                case "@@session.tx_read_only" ->
                    new Answer.Rows(List.of(Column.binaryBigint(column)), List.of(List.of("0")), FUNCTION_STATUS);
                case "@@session.tx_isolation" ->
                    new Answer.Rows(List.of(Column.text(column)), List.of(List.of("READ-COMMITTED")), 0);
                default -> new Answer.Rows(List.of(Column.text(column)), List.of(List.of("1")), 0);
            };
        }
        return FROM.matcher(text).find() ? INTERNAL_ERROR : UNSUPPORTED;
    }

    private Answer attributes(@Nullable String id, Pattern like) {
        for (ClientSession each : odp.sessions().all()) {
            if (id == null ? each == session : String.valueOf(each.id()).equals(id)) {
                return SessionTables.attributes(odp, each, like);
            }
        }
        return KillStatement.unknown(String.valueOf(id));
    }

    private static Answer function(String column, String value) {
        return new Answer.Rows(List.of(Column.binaryText(column)), List.of(List.of(value)), FUNCTION_STATUS);
    }

    private static Pattern like(Matcher matcher, int firstGroup) {
        String pattern = firstOf(matcher, firstGroup, firstGroup + 1, firstGroup + 2);
        return SqlText.like(pattern.isEmpty() ? "%" : pattern);
    }

    private static String firstOf(Matcher matcher, int... groups) {
        for (int group : groups) {
            String value = matcher.group(group);
            if (value != null) {
                return value;
            }
        }
        return "";
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
    }

    private static Map<String, String> variables() {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("tx_isolation", "READ-COMMITTED");
        rows.put("system_time_zone", "+08:00");
        rows.put("time_zone", "+08:00");
        rows.put("character_set_server", "utf8mb4");
        rows.put("character_set_client", "utf8mb4");
        rows.put("interactive_timeout", "28800");
        rows.put("query_cache_size", "1048576");
        rows.put("character_set_results", "utf8mb4");
        rows.put("max_allowed_packet", "4194304");
        rows.put("sql_mode", "STRICT_ALL_TABLES");
        rows.put("net_buffer_length", "16384");
        rows.put("wait_timeout", "28800");
        rows.put("lower_case_table_names", "2");
        rows.put("query_cache_type", "OFF");
        rows.put("init_connect", "");
        rows.put("transaction_isolation", "READ");
        rows.put("character_set_connection", "utf8mb4");
        rows.put("net_write_timeout", "60");
        return rows;
    }
}
