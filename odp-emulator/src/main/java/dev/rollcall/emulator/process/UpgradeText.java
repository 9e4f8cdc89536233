package dev.rollcall.emulator.process;

import java.net.Inet6Address;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The one value of SHOW PROXYINFO UPGRADE: ODP's debug print of its hot upgrade state. Not JSON. Keys, order and quoting as recorded from 4.3.1.0; older versions
 * lack the RPC descriptors and, before 4.1, tell no families apart.
 */
final class UpgradeText {

    private static final Pattern PASSWORD = Pattern.compile("(password\\d?=)[^,]*");

    private static final String IDLE_PROXY = "mysql_proxy:{this:0x55bc7042ba78, is_inited:false, stop:false,"
            + " is_raw_execute:false, timeout_ms:5000, client_pool:null, raw_mysql_client:{is_inited:false,"
            + " info:{user_name:\"\", database_name:\"\", cluster_name:\"\", request_param:{sql:\"\","
            + " is_deep_copy:false, current_idc_name:\"\", is_user_idc_name_set:false, need_print_trace_stat:false,"
            + " target_addr:, ob_client_flags_.flags_:0, client_vc_type:0}}, target_server:["
            + server(0) + ", " + server(1) + ", " + server(2) + "]}}";

    private UpgradeText() {}

    private static String server(int index) {
        return "[" + index + "]{server:, rpc_server:, is_dup_replica:false, role:\"FOLLOWER\", type:\"FULL\"}";
    }

    static String of(OdpProcess odp) {
        HotRestart.View view = odp.hotRestart().view();
        List<String> argv = odp.argv();
        String ip = Addresses.text(odp.listenAddress().getAddress());
        int port = odp.listenAddress().getPort();
        StringBuilder text = new StringBuilder();
        text.append("{is_inited:true, proxy_port:").append(port);
        text.append(", proxy_ip:\"").append(ip).append('"');
        text.append(", is_self_md5_available:false, proxy_self_md5:\"\", upgrade_failures:0");
        text.append(", check_available_failures:0, is_timeout_rollback:false, timeout_rollback_timeout_at:");
        text.append(view.rollbackAtNanos());
        text.append(", wait_cr_finish_timeout_at:0, is_self_binary:false, hot_binary_name:\"\", hot_binary_md5:\"\"");
        text.append(", cold_binary_name:\"\", cold_binary_md5:\"\", cmd:\"\", hu_cont:NULL, ");
        text.append(IDLE_PROXY);
        text.append(", info:{is_inherited:").append(odp.inherited());
        text.append(", upgrade_version:0, need_conn_accept:").append(view.accepting());
        text.append(", user_rejected:0, ").append(descriptors(odp));
        text.append(", received_sig:").append(view.receivedSignal());
        text.append(", sub_pid:").append(view.childPid());
        text.append(", graceful_exit_end_time:").append(view.exitEndNanos());
        text.append(", graceful_exit_start_time:").append(view.exitStartNanos());
        text.append(", active_client_vc_count:").append(odp.youngerThanASecond() && odp.inherited() ? -1 : 0);
        text.append(", local_addr:\"")
                .append(Addresses.text(odp.listenAddress()))
                .append('"');
        if (odp.binary().version().isRecordedOrLater()) {
            text.append(", rpc_local_addr:");
        }
        text.append(", rc_status:\"\", hu_cmd:\"\", state:\"")
                .append(view.state().odpName());
        text.append("\", hu_status:\"\", is_parent:true, sub_status:\"").append(view.childStatus());
        text.append("\", last_parent_status:\"\", last_sub_status:\"\", upgrade_version_buf:\"\", argc:");
        text.append(argv.size());
        for (int i = 0; i < argv.size(); i++) {
            text.append(", argv[").append(i).append("]=\"");
            text.append(PASSWORD.matcher(argv.get(i)).replaceAll("$1***")).append('"');
        }
        text.append(", inherited_argv[0]=\"").append(argv.get(0)).append('"');
        for (int i = 1; i < 4; i++) {
            text.append(", inherited_argv[").append(i).append("]=\"(null)\"");
        }
        return text.append("}}").toString();
    }

    private static String descriptors(OdpProcess odp) {
        String fd = String.valueOf(OdpProcess.LISTEN_DESCRIPTOR);
        if (!odp.binary().version().namesDescriptorsByFamily()) {
            return "fd:" + fd;
        }
        boolean six = odp.listenAddress().getAddress() instanceof Inet6Address;
        String families = "ipv4_fd:" + (six ? "-1" : fd) + ", ipv6_fd:" + (six ? fd : "-1");
        if (!odp.binary().version().isRecordedOrLater()) {
            return families;
        }
        String rpc = odp.rpc() ? String.valueOf(OdpProcess.RPC_DESCRIPTOR) : "-1";
        return families + ", rpc_ipv4_fd:" + (six ? "-1" : rpc) + ", rpc_ipv6_fd:" + (six ? rpc : "-1");
    }
}
