package dev.rollcall.emulator.process;

import dev.rollcall.emulator.mysql.Answer;
import dev.rollcall.emulator.mysql.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What an ODP tells about its client connections: always answered by the ODP itself, whoever asks, so its pid column names the process one talks to. */
final class SessionTables {

    private SessionTables() {}

    /** SHOW PROXYSESSION. */
    static Answer sessions(OdpProcess odp) {
        List<Column> columns = List.of(
                Column.bigint("proxy_sessid"),
                Column.bigint("Id"),
                Column.text("Cluster"),
                Column.text("Tenant"),
                Column.text("User"),
                Column.text("Host"),
                Column.text("db"),
                Column.bigint("trans_count"),
                Column.bigint("svr_session_count"),
                Column.text("state"),
                Column.bigint("tid"),
                Column.integer("pid"),
                Column.integer("using_ssl"));
        String pid = String.valueOf(odp.pid());
        List<List<String>> rows = new ArrayList<>();
        for (ClientSession each : odp.sessions().all()) {
            rows.add(List.of(
                    "0",
                    String.valueOf(each.id()),
                    each.cluster(),
                    each.tenant(),
                    each.user(),
                    each.host(),
                    "NULL",
                    "0",
                    "0",
                    state(each),
                    pid,
                    pid,
                    "0"));
        }
        return new Answer.Rows(columns, rows, 0);
    }

    /** SHOW PROCESSLIST: the administrator sees all connections, others those of the same user. */
    static Answer processes(OdpProcess odp, Predicate<ClientSession> visible) {
        List<Column> columns = List.of(
                Column.bigint("Id"),
                Column.text("Tenant"),
                Column.text("User"),
                Column.text("Host"),
                Column.text("db"),
                Column.bigint("trans_count"),
                Column.bigint("svr_session_count"),
                Column.text("state"),
                Column.bigint("tid"),
                Column.integer("pid"));
        String pid = String.valueOf(odp.pid());
        List<List<String>> rows = new ArrayList<>();
        for (ClientSession each : odp.sessions().all()) {
            if (visible.test(each)) {
                rows.add(List.of(
                        String.valueOf(each.id()),
                        each.tenant(),
                        each.user(),
                        each.host(),
                        "NULL",
                        "0",
                        "0",
                        state(each),
                        pid,
                        pid));
            }
        }
        return new Answer.Rows(columns, rows, 0);
    }

    /** SHOW PROXYSESSION ATTRIBUTE of one connection. */
    static Answer attributes(OdpProcess odp, ClientSession session, Pattern like) {
        String common = "cs common";
        String pid = String.valueOf(odp.pid());
        String host = session.host();
        int colon = host.lastIndexOf(':');
        List<List<String>> all = List.of(
                List.of("proxy_sessid", "0", common),
                List.of("cs_id", String.valueOf(session.id()), common),
                List.of("cluster", session.cluster(), common),
                List.of("tenant", session.tenant(), common),
                List.of("user", session.user(), common),
                List.of("host_ip", host.substring(0, colon), common),
                List.of("host_port", host.substring(colon + 1), common),
                List.of("db", "NULL", common),
                List.of("total_trans_cnt", "0", common),
                List.of("svr_session_cnt", "0", common),
                List.of("active", String.valueOf(session.isWorking()), common),
                List.of("read_state", state(session), common),
                List.of("tid", pid, common),
                List.of("pid", pid, common),
                List.of("idc_name", odp.config().get("proxy_idc_name"), common),
                List.of("modified_time", "0", "cs stat"),
                List.of("reported_time", "0", "cs stat"),
                List.of("hot_sys_var_version", "0", "cs var version"),
                List.of("sys_var_version", "0", "cs var version"),
                List.of("user_var_version", "0", "cs var version"),
                List.of("last_insert_id_version", "0", "cs var version"),
                List.of("db_name_version", "0", "cs var version"));
        return new Answer.Rows(
                List.of(Column.text("attribute_name"), Column.text("value"), Column.text("info")),
                all.stream().filter(row -> like.matcher(row.get(0)).matches()).toList(),
                0);
    }

    private static String state(ClientSession each) {
        return each.isWorking() ? "MCS_ACTIVE_READER" : "MCS_KEEP_ALIVE";
    }
}
