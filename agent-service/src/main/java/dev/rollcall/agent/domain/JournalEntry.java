package dev.rollcall.agent.domain;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal that lies on the host beside an ODP.
 *
 * <p>The line is {@code J1 type key=value .. ;}, values percent-encoded. It counts only with its closing {@code ;}, and every
 * line is written with a line break before and after it: a line torn by a full disk or a power cut is skipped, never misread.
 */
public sealed interface JournalEntry {
    /** Commands of this task may act on the ODP; everything with a lower epoch is refused from here on. */
    record Fence(ClusterId cluster, long epoch, TaskId task) implements JournalEntry {}

    /**
     * Command {@code command} is about to do {@code kind} to process {@code meant}.
     *
     * @param meant null for a START, which means no process
     * @param rollbackMark what the ODP showed as timeout_rollback_timeout_at before; 0 where it does not apply
     * @param odpRoot OBPROXY_ROOT of the running process, for the start that follows
     */
    record Intent(
            CommandId command,
            TaskId task,
            long epoch,
            String step,
            int attempt,
            CommandKind kind,
            @Nullable Meant meant,
            long rollbackMark,
            @Nullable String odpRoot)
            implements JournalEntry {}

    /** Setting {@code name} is about to be changed from {@code original}. */
    record SettingChange(CommandId command, String name, String original) implements JournalEntry {}

    /** Setting {@code name} has its original value again. */
    record SettingRestored(String name) implements JournalEntry {}

    /**
     * A watchdog is about to be suspended.
     *
     * @param remembers the ODP's process at that time; null when none ran
     */
    record WatchdogSuspended(
            CommandId command,
            String kind,
            Meant watchdog,
            @Nullable Meant remembers) implements JournalEntry {}

    /** It is not suspended any more; {@code how} is one word. */
    record WatchdogReleased(Meant watchdog, String how) implements JournalEntry {}

    /** How the effect of a command ended; {@code result} is one word of the host script or the agent. */
    record Outcome(
            CommandId command, String result, @Nullable String words) implements JournalEntry {}

    /** The part of a process identity that tells processes of one ODP apart. */
    record Meant(String bootId, long pid, long startTicks) {
        public static Meant of(ProcessIdentity process) {
            return new Meant(process.bootId(), process.pid(), process.startTicks());
        }

        public boolean is(ProcessIdentity process) {
            return pid == process.pid() && startTicks == process.startTicks() && bootId.equals(process.bootId());
        }
    }

    /** The line as it is appended, without its closing mark, which the host script adds. */
    default String text() {
        StringBuilder line = new StringBuilder("J1");
        if (this instanceof Fence f) {
            line.append(" fence");
            put(line, "cluster", f.cluster().value());
            put(line, "epoch", Long.toString(f.epoch()));
            put(line, "task", f.task().value());
        } else if (this instanceof Intent i) {
            line.append(" intent");
            put(line, "cmd", i.command().value());
            put(line, "task", i.task().value());
            put(line, "epoch", Long.toString(i.epoch()));
            put(line, "step", i.step());
            put(line, "attempt", Integer.toString(i.attempt()));
            put(line, "kind", i.kind().name());
            Meant meant = i.meant();
            if (meant != null) {
                put(line, "", meant);
            }
            put(line, "mark", Long.toString(i.rollbackMark()));
            if (i.odpRoot() != null) {
                put(line, "root", i.odpRoot());
            }
        } else if (this instanceof SettingChange s) {
            line.append(" setting");
            put(line, "cmd", s.command().value());
            put(line, "name", s.name());
            put(line, "original", s.original());
        } else if (this instanceof SettingRestored s) {
            line.append(" restored");
            put(line, "name", s.name());
        } else if (this instanceof WatchdogSuspended w) {
            line.append(" watchdog");
            put(line, "cmd", w.command().value());
            put(line, "kind", w.kind());
            put(line, "", w.watchdog());
            if (w.remembers() != null) {
                put(line, "odp", w.remembers());
            }
        } else if (this instanceof WatchdogReleased w) {
            line.append(" released");
            put(line, "", w.watchdog());
            put(line, "how", w.how());
        } else if (this instanceof Outcome o) {
            line.append(" outcome");
            put(line, "cmd", o.command().value());
            put(line, "result", o.result());
            if (o.words() != null) {
                put(line, "words", o.words());
            }
        }
        return line.toString();
    }

    /** Reads a line; empty for one that is torn, blank or of a kind this version does not know. */
    static Optional<JournalEntry> parse(String line) {
        String[] words = line.strip().split(" ", -1);
        if (words.length < 3 || !words[0].equals("J1") || !words[words.length - 1].equals(";")) {
            return Optional.empty();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 2; i < words.length - 1; i++) {
            int equals = words[i].indexOf('=');
            if (equals < 1) {
                return Optional.empty();
            }
            fields.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        try {
            return Optional.ofNullable(entry(words[1], fields));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static @Nullable JournalEntry entry(String type, Map<String, String> fields) {
        return switch (type) {
            case "fence" ->
                new Fence(
                        new ClusterId(get(fields, "cluster")),
                        number(fields, "epoch"),
                        new TaskId(get(fields, "task")));
            case "intent" ->
                new Intent(
                        new CommandId(get(fields, "cmd")),
                        new TaskId(get(fields, "task")),
                        number(fields, "epoch"),
                        get(fields, "step"),
                        Math.toIntExact(number(fields, "attempt")),
                        CommandKind.valueOf(get(fields, "kind")),
                        fields.containsKey("pid") ? meant(fields, "") : null,
                        number(fields, "mark"),
                        fields.containsKey("root") ? get(fields, "root") : null);
            case "setting" ->
                new SettingChange(new CommandId(get(fields, "cmd")), get(fields, "name"), get(fields, "original"));
            case "restored" -> new SettingRestored(get(fields, "name"));
            case "watchdog" ->
                new WatchdogSuspended(
                        new CommandId(get(fields, "cmd")),
                        get(fields, "kind"),
                        meant(fields, ""),
                        fields.containsKey("odppid") ? meant(fields, "odp") : null);
            case "released" -> new WatchdogReleased(meant(fields, ""), get(fields, "how"));
            case "outcome" ->
                new Outcome(
                        new CommandId(get(fields, "cmd")),
                        get(fields, "result"),
                        fields.containsKey("words") ? get(fields, "words") : null);
            default -> null;
        };
    }

    private static Meant meant(Map<String, String> fields, String prefix) {
        return new Meant(
                get(fields, prefix + "boot"), number(fields, prefix + "pid"), number(fields, prefix + "ticks"));
    }

    private static long number(Map<String, String> fields, String key) {
        return Long.parseLong(get(fields, key));
    }

    private static String get(Map<String, String> fields, String key) {
        String value = fields.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return URLDecoder.decode(value, StandardCharsets.UTF_8);
    }

    private static void put(StringBuilder line, String prefix, Meant meant) {
        put(line, prefix + "boot", meant.bootId());
        put(line, prefix + "pid", Long.toString(meant.pid()));
        put(line, prefix + "ticks", Long.toString(meant.startTicks()));
    }

    private static void put(StringBuilder line, String key, String value) {
        line.append(' ').append(key).append('=').append(encode(value));
    }

    private static String encode(String value) {
        StringBuilder out = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || "._:/@,-".indexOf(c) >= 0)) {
                out.append(c);
            } else {
                out.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }
}
