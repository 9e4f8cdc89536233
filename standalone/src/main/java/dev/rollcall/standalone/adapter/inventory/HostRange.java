package dev.rollcall.standalone.adapter.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ansible's short form of many hosts: {@code odp[01:10].example.com}, {@code odp-[a:f]}, {@code odp[0:20:5]}. */
final class HostRange {

    private static final Pattern RANGE = Pattern.compile("\\[([0-9]+|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]+))?]");
    private static final int MOST = 10_000;

    private HostRange() {}

    static List<String> expand(String file, int line, String pattern) {
        Matcher matcher = RANGE.matcher(pattern);
        if (!matcher.find()) {
            if (pattern.indexOf('[') >= 0 || pattern.indexOf(']') >= 0) {
                throw InventoryException.at(
                        file, line, "'%s': expected a range such as [01:10], [a:f] or [0:20:5]".formatted(pattern));
            }
            return List.of(pattern);
        }
        String begin = matcher.group(1);
        String end = matcher.group(2);
        boolean numbers = Character.isDigit(begin.charAt(0));
        if (numbers != Character.isDigit(end.charAt(0))) {
            throw InventoryException.at(file, line, "'%s': a range is of numbers or of letters".formatted(pattern));
        }
        List<String> hosts = new ArrayList<>();
        try {
            int first = numbers ? Integer.parseInt(begin) : begin.charAt(0);
            int last = numbers ? Integer.parseInt(end) : end.charAt(0);
            int step = matcher.group(3) == null ? 1 : Integer.parseInt(matcher.group(3));
            if (last < first || step < 1 || (last - first) / step >= MOST) {
                throw InventoryException.at(
                        file, line, "'%s': a range goes upwards, over at most %d hosts".formatted(pattern, MOST));
            }
            for (int at = first; at <= last; at += step) {
                // Zeros in front of the beginning say how wide each number is.
                String text = !numbers
                        ? String.valueOf((char) at)
                        : begin.startsWith("0") ? String.format("%0" + begin.length() + "d", at) : Integer.toString(at);
                hosts.addAll(expand(
                        file, line, pattern.substring(0, matcher.start()) + text + pattern.substring(matcher.end())));
                if (hosts.size() > MOST) {
                    throw InventoryException.at(file, line, "'%s': more than %d hosts".formatted(pattern, MOST));
                }
            }
        } catch (NumberFormatException e) {
            throw InventoryException.at(file, line, "'%s': a number of it is too large".formatted(pattern));
        }
        return hosts;
    }
}
