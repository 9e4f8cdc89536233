package dev.rollcall.standalone.adapter.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.standalone.adapter.inventory.AnsibleInventory.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnsibleInventoryTest {

    private static final ImportedCluster.Given GIVEN =
            new ImportedCluster.Given("ops-key", "proxysys", null, null, null);

    private static final String INI = """
            # the proxies
            jump ansible_host=192.0.2.9

            [obproxy]
            odp[01:03].example.com ansible_user=admin   # three of them
            odp-x:2222 ansible_host=10.0.0.9 odp_port=2884 zone="z 2"

            [obproxy:vars]
            obproxy_home=/home/admin/obproxy
            ansible_user=ops
            ansible_password=topsecret
            ansible_ssh_private_key_file=/home/ops/.ssh/id

            [dc:children]
            obproxy

            [dc:vars]
            zone=z1
            odp_port=2883
            """;

    private static final String EXPECTED = """
            clusters:
              obproxy:
                name: obproxy
                defaults:
                  home: /home/admin/obproxy
                  ssh:
                    credential: ops-key
                  adminCredential: proxysys
                odps:
                - host: odp01.example.com
                  zone: z1
                  sqlPort: 2883
                  ssh:
                    user: admin
                - host: odp02.example.com
                  zone: z1
                  sqlPort: 2883
                  ssh:
                    user: admin
                - host: odp03.example.com
                  zone: z1
                  sqlPort: 2883
                  ssh:
                    user: admin
                - host: 10.0.0.9
                  zone: z 2
                  sqlPort: 2884
                  ssh:
                    user: ops
                    port: 2222
            """;

    @TempDir
    private Path directory;

    private ImportedCluster read(String name, String text, @Nullable String group) throws IOException {
        return AnsibleInventory.read(
                Files.writeString(directory.resolve(name), text), group, null, Variables.USUAL, GIVEN);
    }

    @Test
    void shouldReadHostsRangesGroupsAndTheirVariables() throws IOException {
        ImportedCluster cluster = read("hosts", INI, null);

        assertThat(cluster.yaml()).isEqualTo(EXPECTED);
        assertThat(String.join("\n", cluster.notes()))
                .contains("group obproxy", "/home/ops/.ssh/id", "Secrets are not carried over: ansible_password")
                .doesNotContain("topsecret");
    }

    @Test
    void shouldReadTheSameFromYaml() throws IOException {
        ImportedCluster cluster = read("hosts.yml", """
                all:
                  hosts:
                    jump: {ansible_host: 192.0.2.9}
                  children:
                    dc:
                      vars: {zone: z1, odp_port: 2883}
                      children:
                        obproxy:
                          hosts:
                            odp[01:03].example.com: {ansible_user: admin}
                            odp-x: {ansible_host: 10.0.0.9, ansible_port: 2222, odp_port: 2884, zone: z 2}
                          vars:
                            obproxy_home: /home/admin/obproxy
                            ansible_user: ops
                            ansible_password: !vault topsecret
                """, null);

        assertThat(cluster.yaml()).isEqualTo(EXPECTED);
        assertThat(String.join("\n", cluster.notes()))
                .contains("ansible_password")
                .doesNotContain("topsecret");
    }

    @Test
    void shouldPutTheFilesBesideItOverIt() throws IOException {
        Files.createDirectories(directory.resolve("group_vars"));
        Files.createDirectories(directory.resolve("host_vars"));
        Files.writeString(directory.resolve("group_vars/obproxy.yml"), "obproxy_home: /opt/obproxy\n");
        Files.writeString(directory.resolve("group_vars/all"), "$ANSIBLE_VAULT;1.1;AES256\n");
        Files.writeString(directory.resolve("host_vars/odp-x"), "odp_port: 2999\n");

        ImportedCluster cluster = read("hosts", INI, "obproxy");

        assertThat(cluster.yaml()).contains("home: /opt/obproxy", "sqlPort: 2999");
        assertThat(String.join("\n", cluster.notes())).contains("group_vars/all is encrypted");
    }

    @Test
    void shouldNameACredentialForEachKey() throws IOException {
        ImportedCluster cluster = read("hosts", """
                [all:vars]
                ansible_user=ops
                home_path=/o
                [odp]
                a ansible_ssh_private_key_file=/k1
                b ansible_ssh_private_key_file=/k2
                """, "odp");

        assertThat(cluster.yaml()).contains("credential: ops-key\n", "credential: ops-key-2\n");
    }

    @Test
    void shouldSayWhereSomethingIsMissingOrWrong() {
        assertThatThrownBy(() -> read("hosts", INI, "none"))
                .hasMessageContaining("no group none; there are all, dc, obproxy");
        assertThatThrownBy(() -> read("hosts", "[odp]\na ansible_user=ops\n", null))
                .hasMessageContaining("hosts:2: nothing says where the ODP of host a is")
                .hasMessageContaining("--home");
        assertThatThrownBy(() -> read("hosts", "[odp]\na home_path=/o\n", null))
                .hasMessageContaining("hosts:2: no ansible_user")
                .hasMessageContaining("--ssh-user");
        assertThatThrownBy(() -> read("hosts", "[odp:what]\n", null)).hasMessageContaining("hosts:1: [odp:what]");
        assertThatThrownBy(() -> read("hosts", "[odp]\n\na nonsense\n", null))
                .hasMessageContaining("hosts:3: 'nonsense': expected name=value");
        assertThatThrownBy(() -> read("hosts", "[odp]\na x=\"open\nb\n", null))
                .hasMessageContaining("hosts:2: a quotation mark is not closed");
        assertThatThrownBy(() -> read("hosts", "[odp]\na ansible_user=o home_path=/o ansible_port=ssh\n", null))
                .hasMessageContaining("hosts:2: 'ssh' is no port");
        assertThatThrownBy(() -> read("hosts", "[a:children]\nb\n[b:children]\na\n", null))
                .hasMessageContaining("is below itself");
        assertThatThrownBy(
                        () -> read("h.yml", "odp:\n  hosts:\n    a: {ansible_user: o, home_path: '{{ x }}'}\n", null))
                .hasMessageContaining("h.yml:3: home_path of host a is a template");
        assertThatThrownBy(() -> read("h.yml", "odp:\n  host: {}\n", null))
                .hasMessageContaining("h.yml:2: group odp: unknown key 'host'");
    }

    @Test
    void shouldExpandRangesAsAnsibleDoes() {
        assertThat(HostRange.expand("f", 1, "odp[08:11]")).containsExactly("odp08", "odp09", "odp10", "odp11");
        assertThat(HostRange.expand("f", 1, "odp[8:10]")).containsExactly("odp8", "odp9", "odp10");
        assertThat(HostRange.expand("f", 1, "[a:c]-[0:4:2]"))
                .containsExactly("a-0", "a-2", "a-4", "b-0", "b-2", "b-4", "c-0", "c-2", "c-4");
        assertThat(HostRange.expand("f", 1, "plain")).containsExactly("plain");
        assertThatThrownBy(() -> HostRange.expand("f", 7, "x[3:1]")).hasMessageContaining("f:7: 'x[3:1]'");
        assertThatThrownBy(() -> HostRange.expand("f", 7, "x[1:a]")).hasMessageContaining("numbers or of letters");
        assertThatThrownBy(() -> HostRange.expand("f", 7, "x[1-3]")).hasMessageContaining("expected a range");
        assertThatThrownBy(() -> HostRange.expand("f", 7, "x[0:9999]y[0:9999]")).hasMessageContaining("more than");
    }
}
