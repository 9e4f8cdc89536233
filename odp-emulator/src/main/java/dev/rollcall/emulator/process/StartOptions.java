package dev.rollcall.emulator.process;

import dev.rollcall.emulator.config.ConfigStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of the command line ({@code odp-mechanics.md} section 2.2).
 *
 * @param argv all words, the program's own name first
 * @param settings configurations named by options, in their order
 */
record StartOptions(List<String> argv, Map<String, String> settings, boolean foreground) {

    /**
     * Reads the words after the program's name.
     *
     * @throws IllegalArgumentException for an option ODP does not have, or one without its value
     */
    static StartOptions parse(List<String> argv) {
        Map<String, String> settings = new LinkedHashMap<>();
        boolean foreground = false;
        List<String> words = new ArrayList<>();
        for (String word : argv.subList(1, argv.size())) {
            int equals = word.indexOf('=');
            if (word.startsWith("--") && equals > 0) {
                words.add(word.substring(0, equals));
                words.add(word.substring(equals + 1));
            } else if (word.length() > 2 && word.startsWith("-") && word.charAt(1) != '-') {
                words.add(word.substring(0, 2));
                words.add(word.substring(2));
            } else {
                words.add(word);
            }
        }
        for (int i = 0; i < words.size(); i++) {
            String option = words.get(i);
            switch (option) {
                case "-N", "--nodaemon" -> foreground = true;
                // Taken and without effect here: upgrade version, SQL to run on the configuration, a test's name; and
                // to dump it.
                case "-u", "-e", "-t" -> value(words, ++i, option);
                case "-d" -> {}
                case "-p", "--listen_port" -> settings.put("listen_port", value(words, ++i, option));
                case "-l", "--prometheus_listen_port" ->
                    settings.put("prometheus_listen_port", value(words, ++i, option));
                case "-s", "--rpc_listen_port" -> settings.put("rpc_listen_port", value(words, ++i, option));
                case "-n", "--appname" -> settings.put("app_name", value(words, ++i, option));
                case "-c", "--cluster_name" -> settings.put("rootservice_cluster_name", value(words, ++i, option));
                case "-r", "--rs_list" -> settings.put("rootservice_list", value(words, ++i, option));
                case "-o", "--optstr" -> readPairs(value(words, ++i, option), settings);
                default -> throw new IllegalArgumentException("unknown option '" + option + "'");
            }
        }
        return new StartOptions(List.copyOf(argv), settings, foreground);
    }

    private static String value(List<String> words, int index, String option) {
        if (index >= words.size()) {
            throw new IllegalArgumentException("option '" + option + "' needs a value");
        }
        return words.get(index);
    }

    private static void readPairs(String text, Map<String, String> settings) {
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + pair + "' is not name=value");
            }
            settings.put(pair.substring(0, equals).strip(), pair.substring(equals + 1));
        }
    }

    /** Whether the options say how to reach a database, which a first start must. */
    boolean namesDatabase() {
        return !settings.getOrDefault("obproxy_config_server_url", "").isEmpty()
                || settings.containsKey("rootservice_list") && settings.containsKey("rootservice_cluster_name");
    }

    /**
     * Puts the options into the configuration.
     *
     * @throws IllegalArgumentException for an unknown name or a value out of its range
     */
    void applyTo(ConfigStore config) {
        settings.forEach((name, value) -> {
            ConfigStore.Outcome outcome = config.set(name, value);
            if (outcome != ConfigStore.Outcome.ACCEPTED) {
                throw new IllegalArgumentException("cannot set '" + name + "': " + outcome);
            }
        });
    }
}
