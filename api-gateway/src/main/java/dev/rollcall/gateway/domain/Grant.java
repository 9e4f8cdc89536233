package dev.rollcall.gateway.domain;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A role on some clusters.
 *
 * @param clusters ids, in which {@code *} stands for any characters; never empty
 */
public record Grant(Role role, List<String> clusters) {

    private static final String ANY = "*";
    private static final Pattern FORM = Pattern.compile("[a-z0-9*][a-z0-9._*-]{0,62}");

    public Grant {
        clusters = List.copyOf(clusters);
        if (clusters.isEmpty()) {
            throw new IllegalArgumentException("A grant names at least one cluster");
        }
    }

    /** A role on all clusters there are and will be. */
    public static Grant everywhere(Role role) {
        return new Grant(role, List.of(ANY));
    }

    /** Whether a text can name clusters in a grant. */
    public static boolean canName(String clusters) {
        return FORM.matcher(clusters).matches();
    }

    boolean isEverywhere() {
        return clusters.contains(ANY);
    }

    boolean covers(ClusterId cluster) {
        for (String pattern : clusters) {
            if (pattern.equals(ANY) || matches(pattern, cluster.value())) {
                return true;
            }
        }
        return false;
    }

    /** Goes back to the last star only, so it never takes longer than the product of the two lengths. */
    private static boolean matches(String pattern, String text) {
        int at = 0;
        int in = 0;
        int star = -1;
        int starAt = 0;
        while (at < text.length()) {
            if (in < pattern.length() && pattern.charAt(in) == '*') {
                star = in++;
                starAt = at;
            } else if (in < pattern.length() && pattern.charAt(in) == text.charAt(at)) {
                in++;
                at++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
    }
}
