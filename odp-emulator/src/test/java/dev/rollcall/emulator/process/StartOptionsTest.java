package dev.rollcall.emulator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartOptionsTest {

    @Test
    void shouldReadTheLineOfARealStart() {
        StartOptions options = parse(
                "-p",
                "2883",
                "-n",
                "demo",
                "-c",
                "c1",
                "-r",
                "127.0.0.1:2881;127.0.0.2:2881",
                "-o",
                "obproxy_config_server_url=,local_bound_ip=127.0.0.2");

        assertThat(options.settings())
                .isEqualTo(Map.of(
                        "listen_port", "2883",
                        "app_name", "demo",
                        "rootservice_cluster_name", "c1",
                        "rootservice_list", "127.0.0.1:2881;127.0.0.2:2881",
                        "obproxy_config_server_url", "",
                        "local_bound_ip", "127.0.0.2"));
        assertThat(options.namesDatabase()).isTrue();
        assertThat(options.foreground()).isFalse();
    }

    @Test
    void shouldReadLongAndGluedOptions() {
        StartOptions options = parse("--listen_port", "2883", "--cluster_name=c1", "-p2884", "--nodaemon");

        assertThat(options.settings())
                .containsEntry("listen_port", "2884")
                .containsEntry("rootservice_cluster_name", "c1");
        assertThat(options.foreground()).isTrue();
        assertThat(options.namesDatabase()).isFalse();
    }

    @Test
    void shouldTakeOptionsThatDoNothingHere() {
        StartOptions options = parse("-u1", "-e", "select 1", "-d", "-t", "name", "-p", "2883");

        assertThat(options.settings()).isEqualTo(Map.of("listen_port", "2883"));
    }

    @Test
    void shouldRefuseWhatIsNoOption() {
        assertThatThrownBy(() -> parse("-x")).hasMessageContaining("-x");
        assertThatThrownBy(() -> parse("-p")).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> parse("-o", "nonsense")).hasMessageContaining("nonsense");
    }

    private static StartOptions parse(String... options) {
        List<String> argv = new ArrayList<>(List.of("./bin/obproxy"));
        argv.addAll(List.of(options));
        return StartOptions.parse(argv);
    }
}
