package dev.rollcall.emulator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.emulator.config.ConfigStore.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigRulesTest {

    private final Path root;
    private final ConfigStore store;

    ConfigRulesTest(@TempDir Path root) {
        this.root = root;
        this.store = ConfigStore.empty(OdpVersion.RECORDED, root);
    }

    @ParameterizedTest
    @CsvSource({
        "hot_upgrade_exit_timeout, -1, ACCEPTED",
        "hot_upgrade_exit_timeout, -2, INVALID",
        "hot_upgrade_exit_timeout, 86400000000, ACCEPTED",
        "hot_upgrade_exit_timeout, 86400000001, INVALID",
        "hot_upgrade_exit_timeout, 3s, INVALID",
        "hot_upgrade_rollback_timeout, 60s, ACCEPTED",
        "hot_upgrade_rollback_timeout, 30d, ACCEPTED",
        "hot_upgrade_rollback_timeout, 31d, INVALID",
        "hot_upgrade_rollback_timeout, 0, INVALID",
        "hot_upgrade_rollback_timeout, 999ms, INVALID",
        "delay_exit_time, 500ms, ACCEPTED",
        "delay_exit_time, 501ms, INVALID",
        "listen_port, 1024, INVALID",
        "listen_port, 1025, ACCEPTED",
        "listen_port, 65535, ACCEPTED",
        "listen_port, 65536, INVALID",
        "proxy_local_cmd, 4, ACCEPTED",
        "proxy_local_cmd, 5, INVALID",
        "proxy_mem_limited, 100MB, ACCEPTED",
        "proxy_mem_limited, 99MB, INVALID",
        "enable_qos, maybe, INVALID",
        "mysql_version, 8.0.30, ACCEPTED",
        "app_name, other, UNSUPPORTED",
        "no_such_thing, 1, UNKNOWN"
    })
    void shouldCheckValueAgainstItsRange(String name, String value, Outcome expected) throws IOException {
        assertThat(store.alter(name, value)).isEqualTo(expected);
    }

    @Test
    void shouldShowBooleansInOneSpelling() {
        store.set("enable_qos", "on");

        assertThat(store.get("enable_qos")).isEqualTo("True");
        assertThat(store.flag("enable_qos")).isTrue();
    }

    @Test
    void shouldHashPasswordSetBySql() throws IOException {
        store.alter("obproxy_sys_password", "proxysys");

        assertThat(store.get("obproxy_sys_password")).isEqualTo("e3fd448c516073714189b57233c9cf428ccb1bed");
    }

    @Test
    void shouldReadBackAllButMemoryValues() throws IOException {
        store.alter("hot_upgrade_exit_timeout", "5");
        store.alter("proxy_local_cmd", "2");

        ConfigStore next = ConfigStore.load(OdpVersion.RECORDED, root);

        assertThat(next.get("hot_upgrade_exit_timeout")).isEqualTo("5");
        assertThat(next.get("proxy_local_cmd")).isEqualTo("0");
        assertThat(root.resolve("etc/proxyconfig_v1.db")).exists();
    }

    @Test
    void shouldFindInItsDatabaseWhatAnOlderVersionKeptElsewhere() throws IOException {
        ConfigStore older = ConfigStore.empty(new OdpVersion("4.2.3.0"), root);
        older.alter("hot_upgrade_exit_timeout", "5");

        assertThat(ConfigStore.load(OdpVersion.RECORDED, root).get("hot_upgrade_exit_timeout"))
                .isEqualTo("5");
        assertThat(Files.readString(root.resolve("etc/proxyconfig_v1.db"))).startsWith("SQLite format 3\0");
        assertThat(Files.readString(root.resolve("etc/obproxy_config.bin"))).startsWith("#");
    }

    @Test
    void shouldRefuseDamagedFile() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/proxyconfig_v1.db"), "garbage");

        assertThatThrownBy(() -> ConfigStore.load(OdpVersion.RECORDED, root)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "3.1.0.0, false, false, false, etc/obproxy_config.bin",
        "4.0.0.0, true, false, false, etc/obproxy_config.bin",
        "4.1.0.0, true, true, false, etc/obproxy_config.bin",
        "4.2.3.0, true, true, true, etc/obproxy_config.bin",
        "4.3.1.0, true, true, true, etc/proxyconfig_v1.db"
    })
    void shouldKnowWhatAVersionHas(String text, boolean hotRestart, boolean families, boolean offline, String file) {
        OdpVersion version = new OdpVersion(text);

        assertThat(version.hasHotRestart()).isEqualTo(hotRestart);
        assertThat(version.namesDescriptorsByFamily()).isEqualTo(families);
        assertThat(version.canGoOffline()).isEqualTo(offline);
        assertThat(version.configurationFile()).isEqualTo(file);
        assertThat(ConfigCatalog.of(version).find("proxy_local_cmd").isPresent())
                .isEqualTo(hotRestart);
    }

    @Test
    void shouldAcceptEachDefaultOfItsOwn() {
        assertThat(ConfigCatalog.of(OdpVersion.RECORDED).items())
                .hasSize(306)
                .allMatch(item -> item.memoryOnly() || item.accepts(item.defaultValue()));
    }
}
