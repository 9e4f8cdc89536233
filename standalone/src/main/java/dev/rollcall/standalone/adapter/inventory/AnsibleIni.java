package dev.rollcall.standalone.adapter.inventory;

import dev.rollcall.standalone.adapter.inventory.AnsibleInventory.Group;
import dev.rollcall.standalone.adapter.inventory.AnsibleInventory.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the INI form. */
final class AnsibleIni {

    private static final Pattern SECTION =
            Pattern.compile("\\[\\s*([^:\\]\\s]+)\\s*(?::\\s*(\\w+)\\s*)?]\\s*([#;].*)?");
    private static final Pattern PORT = Pattern.compile("(.+):(\\d{1,5})");
    private static final Pattern IPV6 = Pattern.compile(".*:.*:.*");

    private final AnsibleInventory inventory;
    private String group = AnsibleInventory.UNGROUPED;
    private String kind = "hosts";

    AnsibleIni(AnsibleInventory inventory) {
        this.inventory = inventory;
    }

    void read(String text) {
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[") && SECTION.matcher(line).matches()) {
                section(line, number);
            } else if (kind.equals("vars")) {
                variable(line, number);
            } else if (kind.equals("children")) {
                String child = words(line, number).get(0);
                inventory.group(group).children.add(child);
                inventory.group(child);
            } else {
                host(line, number);
            }
        }
    }

    private void section(String line, int number) {
        Matcher matcher = SECTION.matcher(line);
        if (!matcher.matches()) {
            throw fault(number, "not a section: " + line);
        }
        group = matcher.group(1);
        kind = matcher.group(2) == null ? "hosts" : matcher.group(2);
        if (!List.of("hosts", "vars", "children").contains(kind)) {
            throw fault(number, "[%s:%s]: unknown kind of section; there are vars and children".formatted(group, kind));
        }
        inventory.group(group);
    }

    private InventoryException fault(int line, String words) {
        return InventoryException.at(inventory.file, line, words);
    }

    /** A whole line is one variable here, and blanks belong to its value. */
    private void variable(String line, int number) {
        int equals = line.indexOf('=');
        if (equals < 1) {
            throw fault(number, "[%s:vars]: expected name=value".formatted(group));
        }
        String value = line.substring(equals + 1).strip();
        int comment = value.indexOf(" #");
        if (comment >= 0 && !value.startsWith("\"") && !value.startsWith("'")) {
            value = value.substring(0, comment).strip();
        }
        if (value.length() >= 2
                && "\"'".indexOf(value.charAt(0)) >= 0
                && value.charAt(value.length() - 1) == value.charAt(0)) {
            value = value.substring(1, value.length() - 1);
        }
        inventory.group(group).vars.put(line.substring(0, equals).strip(), new Value(value, inventory.file, number));
    }

    private void host(String line, int number) {
        List<String> words = words(line, number);
        String pattern = words.get(0);
        String port = null;
        Matcher withPort = PORT.matcher(pattern);
        // A colon within brackets is a range, and several are an IPv6 address.
        if (withPort.matches()
                && !withPort.group(1).endsWith("[")
                && !IPV6.matcher(pattern.replaceAll("\\[[^]]*]", "")).matches()) {
            pattern = withPort.group(1);
            port = withPort.group(2);
        }
        Group members = inventory.group(group);
        for (String host : HostRange.expand(inventory.file, number, pattern)) {
            members.hosts.add(host);
            Map<String, Value> vars = inventory.host(host, number);
            if (port != null) {
                vars.put("ansible_port", new Value(port, inventory.file, number));
            }
            for (String word : words.subList(1, words.size())) {
                int equals = word.indexOf('=');
                if (equals < 1) {
                    throw fault(number, "'%s': expected name=value after the host".formatted(word));
                }
                vars.put(word.substring(0, equals), new Value(word.substring(equals + 1), inventory.file, number));
            }
        }
    }

    /** Splits at blanks as a shell does: quotes hold together and go, a comment ends the line. */
    private List<String> words(String line, int number) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if (Character.isWhitespace(c)) {
                if (begun) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else if (c == '#' && !begun) {
                break;
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (quote != 0) {
            throw fault(number, "a quotation mark is not closed");
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
