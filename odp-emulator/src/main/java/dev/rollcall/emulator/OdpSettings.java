package dev.rollcall.emulator;

import dev.rollcall.emulator.config.OdpVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How an emulated ODP is installed.
 *
 * @param listenIp an address of this host, or {@code 0.0.0.0}, or {@code ::} for both families
 * @param port SQL port; 0 takes a free one at installation
 * @param version three or four numbers
 * @param release the part after the version, e.g. {@code 1.el7}
 * @param adminPassword of {@code root@proxysys}, in plain words
 * @param businessBackend whether business users ({@code user@tenant#cluster}) find a pretended database
 * @param configurations further configurations by name, as ODP would be given them with {@code -o}
 * @param cache where the program's files are kept for all installations of this machine
 */
public record OdpSettings(
        String listenIp,
        int port,
        OdpVersion version,
        String release,
        String adminPassword,
        boolean businessBackend,
        String appName,
        String clusterName,
        Map<String, String> configurations,
        Path cache) {

    /** An ODP 4.3.1.0 on a free port of 127.0.0.1, password {@code proxysys}, without a backend. */
    public static OdpSettings defaults() {
        return new OdpSettings(
                "127.0.0.1",
                0,
                OdpVersion.RECORDED,
                "1.el7",
                "proxysys",
                false,
                "demo",
                "democluster",
                Map.of(),
                Program.defaultCache());
    }

    public OdpSettings withListenIp(String value) {
        return new OdpSettings(
                value,
                port,
                version,
                release,
                adminPassword,
                businessBackend,
                appName,
                clusterName,
                configurations,
                cache);
    }

    public OdpSettings withPort(int value) {
        return new OdpSettings(
                listenIp,
                value,
                version,
                release,
                adminPassword,
                businessBackend,
                appName,
                clusterName,
                configurations,
                cache);
    }

    /** E.g. {@code 3.1.0.0}. */
    public OdpSettings withVersion(String value) {
        return new OdpSettings(
                listenIp,
                port,
                new OdpVersion(value),
                release,
                adminPassword,
                businessBackend,
                appName,
                clusterName,
                configurations,
                cache);
    }

    /** The part after the version, e.g. {@code 20221103165243.el7}. */
    public OdpSettings withRelease(String value) {
        return new OdpSettings(
                listenIp,
                port,
                version,
                value,
                adminPassword,
                businessBackend,
                appName,
                clusterName,
                configurations,
                cache);
    }

    /** A port for Prometheus, on all addresses; 0 takes a free one at installation. Without this there is none, so that many ODPs fit on one host. */
    public OdpSettings withPrometheusPort(int value) {
        return withConfiguration("prometheus_listen_port", String.valueOf(value));
    }

    /** A port for RPC, from 4.3.1 on; 0 takes a free one at installation. Without this there is none. */
    public OdpSettings withRpcPort(int value) {
        return withConfiguration("rpc_listen_port", String.valueOf(value));
    }

    public OdpSettings withAdminPassword(String value) {
        return new OdpSettings(
                listenIp, port, version, release, value, businessBackend, appName, clusterName, configurations, cache);
    }

    public OdpSettings withBusinessBackend(boolean value) {
        return new OdpSettings(
                listenIp, port, version, release, adminPassword, value, appName, clusterName, configurations, cache);
    }

    public OdpSettings withNames(String app, String cluster) {
        return new OdpSettings(
                listenIp, port, version, release, adminPassword, businessBackend, app, cluster, configurations, cache);
    }

    /** How often an ODP looks for a command; at least 1 s, in whole seconds. */
    public OdpSettings withTick(Duration value) {
        return withConfiguration("proxy_hot_upgrade_check_interval", value.toSeconds() + "s");
    }

    /** How long an old process drains; a negative time means without limit. */
    public OdpSettings withExitTimeout(Duration value) {
        return withConfiguration(
                "hot_upgrade_exit_timeout", value.isNegative() ? "-1" : String.valueOf(value.toNanos() / 1_000));
    }

    public OdpSettings withConfiguration(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(configurations);
        more.put(name, value);
        return new OdpSettings(
                listenIp,
                port,
                version,
                release,
                adminPassword,
                businessBackend,
                appName,
                clusterName,
                Map.copyOf(more),
                cache);
    }

    public OdpSettings withCache(Path value) {
        return new OdpSettings(
                listenIp,
                port,
                version,
                release,
                adminPassword,
                businessBackend,
                appName,
                clusterName,
                configurations,
                value);
    }
}
