package dev.rollcall.emulator.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The configurations one version knows, in the order in which ODP lists them (recorded from 4.3.1.0). */
public final class ConfigCatalog {

    /** From 4.3.1 on the administrator has a password of its own by default, which nobody tells; this is the SHA-1 of no password anybody would try. */
    private static final String UNGUESSED = "5bd21c9c0e8b2f4c1a7d3e6f9a0b4c8d2e7f1a36";

    private final Map<String, ConfigItem> items = new LinkedHashMap<>();

    private ConfigCatalog() {}

    /** The catalogue of a version. */
    public static ConfigCatalog of(OdpVersion version) {
        ConfigCatalog catalog = new ConfigCatalog();
        InputStream resource = Objects.requireNonNull(
                ConfigCatalog.class.getResourceAsStream("configurations.tsv"), "configurations.tsv is missing");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                catalog.add(line.split("\t", -1), version);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return catalog;
    }

    private void add(String[] field, OdpVersion version) {
        String name = field[0];
        String defaultValue = field[1];
        String range = field[4];
        if (!version.isRecordedOrLater()
                && (name.startsWith("rpc_")
                        || name.equals("enable_obproxy_rpc_service")
                        || name.equals("enable_auto_restart"))) {
            return;
        }
        if (name.equals("obproxy_sys_password") && version.isRecordedOrLater()) {
            defaultValue = UNGUESSED;
        }
        if (name.equals("proxy_local_cmd")) {
            if (!version.hasHotRestart()) {
                return;
            }
            range = version.canGoOffline() ? range : "[0,2]";
        }
        items.put(name, new ConfigItem(name, defaultValue, field[2].equals("true"), field[3], range, field[5]));
    }

    public Collection<ConfigItem> items() {
        return items.values();
    }

    /** The configuration of this name, if the version knows it. */
    public Optional<ConfigItem> find(String name) {
        return Optional.ofNullable(items.get(name));
    }
}
