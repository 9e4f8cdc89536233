package dev.rollcall.standalone.adapter.inventory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** A definition being made of what another tool knows, and what could not be carried over. */
public final class ImportedCluster {

    /**
     * What the other tool does not know.
     *
     * @param sshCredential name for the agent's way into the hosts
     * @param adminCredential name for the password of root@proxysys
     * @param sshUser for hosts of which no user is known; null: none
     * @param home for ODPs whose home is not known; null: none
     * @param sqlPort for ODPs whose port is not known; null: the usual one
     */
    public record Given(
            String sshCredential,
            String adminCredential,
            @Nullable String sshUser,
            @Nullable String home,
            @Nullable Integer sqlPort) {}

    /** One ODP; null where nothing is known. */
    record Odp(
            String host,
            @Nullable String zone,
            @Nullable String home,
            @Nullable Integer sqlPort,
            @Nullable String sshUser,
            @Nullable Integer sshPort,
            String sshCredential,
            @Nullable String runAs) {}

    private final String id;
    private final String adminCredential;
    private final @Nullable String launcher;
    private final List<Odp> odps = new ArrayList<>();
    private final Set<String> notes = new LinkedHashSet<>();

    /** @param launcher how its ODPs are started; null: as Rollcall would by default */
    ImportedCluster(String id, String adminCredential, @Nullable String launcher) {
        this.id = id;
        this.adminCredential = adminCredential;
        this.launcher = launcher;
    }

    void add(Odp odp) {
        odps.add(odp);
    }

    void note(String words) {
        notes.add(words);
    }

    /** Id of the cluster. */
    public String id() {
        return id;
    }

    /** What was left behind, and what is to be done about it; in words, never with a secret. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The definition as YAML, as {@code rollcall apply} and {@code rollcall serve} take it. */
    public String yaml() {
        Map<String, Object> defaults = new LinkedHashMap<>();
        Odp first = odps.get(0);
        boolean home = same(Odp::home);
        boolean port = same(Odp::sqlPort);
        boolean sshUser = same(Odp::sshUser);
        boolean sshPort = same(Odp::sshPort);
        boolean credential = same(Odp::sshCredential);
        boolean runAs = same(Odp::runAs);
        put(defaults, "home", home ? first.home() : null);
        put(defaults, "sqlPort", port ? first.sqlPort() : null);
        put(
                defaults,
                "ssh",
                ssh(
                        sshUser ? first.sshUser() : null,
                        sshPort ? first.sshPort() : null,
                        credential ? first.sshCredential() : null));
        put(defaults, "runAs", runAs ? first.runAs() : null);
        put(defaults, "adminCredential", adminCredential);
        put(defaults, "launcher", launcher);
        List<Map<String, Object>> list = new ArrayList<>();
        for (Odp odp : odps) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("host", odp.host());
            put(entry, "zone", odp.zone());
            put(entry, "home", home ? null : odp.home());
            put(entry, "sqlPort", port ? null : odp.sqlPort());
            put(
                    entry,
                    "ssh",
                    ssh(
                            sshUser ? null : odp.sshUser(),
                            sshPort ? null : odp.sshPort(),
                            credential ? null : odp.sshCredential()));
            put(entry, "runAs", runAs ? null : odp.runAs());
            list.add(entry);
        }
        Map<String, Object> definition = new LinkedHashMap<>();
        definition.put("name", id);
        definition.put("defaults", defaults);
        definition.put("odps", list);
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        return new Yaml(options).dump(Map.of("clusters", Map.of(id, definition)));
    }

    private <T> boolean same(Function<Odp, @Nullable T> field) {
        return odps.stream()
                        .map(odp -> Objects.requireNonNullElse((Object) field.apply(odp), ""))
                        .distinct()
                        .count()
                == 1;
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    private static @Nullable Map<String, Object> ssh(
            @Nullable String user, @Nullable Integer port, @Nullable String credential) {
        Map<String, Object> ssh = new LinkedHashMap<>();
        put(ssh, "user", user);
        put(ssh, "port", port);
        put(ssh, "credential", credential);
        return ssh.isEmpty() ? null : ssh;
    }
}
