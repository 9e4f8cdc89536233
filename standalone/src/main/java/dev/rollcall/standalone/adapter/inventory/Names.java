package dev.rollcall.standalone.adapter.inventory;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What names look like. */
final class Names {

    private static final Pattern HOST = Pattern.compile(
            "[A-Za-z0-9_]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|(?=.*:)[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,15})?");
    private static final Pattern SECRET =
            Pattern.compile(".*(password|passwd|_pass$|secret|token|vault).*|.*_pass", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST_ID = 63;

    private Names() {}

    static boolean isHost(String text) {
        return HOST.matcher(text).matches();
    }

    /** Whether a setting of this name holds something that no definition may. */
    static boolean isSecret(String setting) {
        return SECRET.matcher(setting).matches();
    }

    /** An id for a cluster, from its name or else from that of its file. */
    static String clusterId(@Nullable String name, Path file) {
        String base = name;
        if (base == null || base.isBlank()) {
            base = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
        }
        String id =
                base.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-").replaceAll("^[._-]+", "");
        return id.isEmpty() ? "imported" : id.substring(0, Math.min(LONGEST_ID, id.length()));
    }
}
