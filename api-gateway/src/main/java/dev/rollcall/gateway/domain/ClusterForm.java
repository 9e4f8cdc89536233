package dev.rollcall.gateway.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A cluster definition as somebody wrote it; null where a field was left out. */
public record ClusterForm(
        @Nullable String name,
        @Nullable String description,
        @Nullable Map<String, String> labels,
        OdpSettings defaults,
        @Nullable List<OdpEntry> odps) {

    /** One ODP as somebody wrote it. */
    public record OdpEntry(
            @Nullable String host,
            @Nullable String zone,
            @Nullable String id,
            OdpSettings settings) {}

    /** The largest cluster. */
    public static final int MOST_ODPS = 10_000;

    private static final int DEFAULT_SQL_PORT = 2883;
    private static final int DEFAULT_SSH_PORT = 22;
    private static final int MOST_LABELS = 64;
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_DESCRIPTION = 2_000;
    private static final int HIGHEST_PORT = 65_535;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?");
    private static final Pattern HOST_OR_IPV6 =
            Pattern.compile(HOST.pattern() + "|(?=.*:)[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,15})?");
    private static final Pattern ZONE = Pattern.compile("[^\\p{Cntrl}]{0,64}");
    private static final Pattern HOME = Pattern.compile("/[^\\p{Cntrl}]{0,511}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9._-]{0,31}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
    private static final Pattern LABEL_VALUE = Pattern.compile("[^\\p{Cntrl}]{0,256}");

    /** Checks the whole definition. */
    public Checked<ClusterPlan> check() {
        Faults faults = new Faults();
        String checkedName = faults.prose("name", name, LONGEST_NAME);
        String checkedDescription = faults.prose("description", description, LONGEST_DESCRIPTION);
        Map<String, String> checkedLabels = checkLabels(faults);
        List<ClusterPlan.PlannedOdp> checkedOdps = checkOdps(faults);
        return faults.orElse(() -> new ClusterPlan(checkedName, checkedDescription, checkedLabels, checkedOdps));
    }

    private Map<String, String> checkLabels(Faults faults) {
        if (labels == null) {
            return Map.of();
        }
        if (labels.size() > MOST_LABELS) {
            faults.add("labels", Text.LABELS_TOO_MANY, MOST_LABELS, labels.size());
            return Map.of();
        }
        labels.forEach((key, value) -> {
            if (!LABEL.matcher(key).matches()) {
                faults.add("labels", Text.LABEL_FORM, key);
            }
            faults.optional("labels." + key, value, LABEL_VALUE, Text.FORM_LABEL_VALUE);
        });
        return labels;
    }

    private List<ClusterPlan.PlannedOdp> checkOdps(Faults faults) {
        List<ClusterPlan.PlannedOdp> planned = new ArrayList<>();
        if (odps == null) {
            faults.add("odps", Text.FIELD_REQUIRED);
            return planned;
        }
        if (odps.size() > MOST_ODPS) {
            faults.add("odps", Text.CLUSTER_TOO_LARGE, MOST_ODPS, odps.size());
            return planned;
        }
        Map<String, Integer> ids = new HashMap<>();
        Map<String, Integer> addresses = new HashMap<>();
        for (int i = 0; i < odps.size(); i++) {
            OdpEntry entry = odps.get(i);
            String at = "odps[" + i + "].";
            OdpSettings settings = entry.settings().over(defaults);
            String host = faults.required(at + "host", entry.host(), HOST_OR_IPV6, Text.FORM_HOST);
            int sqlPort = faults.number(at + "sqlPort", settings.sqlPort(), DEFAULT_SQL_PORT, 1, HIGHEST_PORT);
            String address = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + sqlPort;
            String id = entry.id() != null ? entry.id() : address;
            int sshPort = faults.number(at + "ssh.port", settings.sshPort(), DEFAULT_SSH_PORT, 1, HIGHEST_PORT);
            if (entry.host() != null) {
                // Two hosts behind one address are told apart by their SSH ports.
                Integer other = addresses.putIfAbsent(address + " " + sshPort, i);
                if (other != null) {
                    faults.add(at + "host", Text.ODP_ADDRESS_TWICE, address, "odps[" + other + "]");
                } else if (ids.putIfAbsent(id, i) != null) {
                    faults.add(at + "id", Text.FIELD_TWICE, id);
                }
            }
            boolean idIsValid = OdpId.isValid(id);
            if (!idIsValid && (entry.id() != null || HOST_OR_IPV6.matcher(host).matches())) {
                faults.add(at + "id", Text.ODP_ID_FORM);
            }
            LaunchForm launch = new LaunchForm(entry.settings(), settings, at, faults);
            ClusterPlan.PlannedOdp odp = new ClusterPlan.PlannedOdp(
                    new OdpId(idIsValid ? id : "invalid"),
                    host,
                    orEmpty(faults.optional(at + "zone", entry.zone(), ZONE, Text.FORM_ZONE)),
                    sqlPort,
                    faults.optional(at + "adminAddress", settings.adminAddress(), HOST_OR_IPV6, Text.FORM_HOST),
                    faults.required(at + "home", settings.home(), HOME, Text.FORM_HOME),
                    launch.launcher(),
                    faults.required(at + "ssh.user", settings.sshUser(), USER, Text.FORM_USER),
                    sshPort,
                    faults.required(at + "ssh.credential", settings.sshCredential(), NAME, Text.FORM_NAME),
                    faults.required(at + "adminCredential", settings.adminCredential(), NAME, Text.FORM_NAME),
                    faults.optional(at + "probeCredential", settings.probeCredential(), NAME, Text.FORM_NAME),
                    launch.sshJump(),
                    launch.runAs(),
                    launch.startCommand(),
                    launch.stopCommand(),
                    launch.environment());
            planned.add(odp);
        }
        return planned;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
