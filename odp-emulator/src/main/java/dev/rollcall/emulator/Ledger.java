package dev.rollcall.emulator;

import dev.rollcall.emulator.LedgerEntry.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What really happened to an emulated ODP: {@code <home>/ledger.jsonl}, one JSON object a line, in the order of the events.
 *
 * <p>Written with one append a line, so that processes which live at the same time do not tear each other's lines.
 */
public final class Ledger {

    /** Below the home of an emulated ODP. */
    public static final String FILE = "ledger.jsonl";

    private static final Pattern LINE = Pattern.compile("\\{\"at\":\"([^\"]+)\",\"pid\":(\\d+),\"startTicks\":(\\d+),"
            + "\"event\":\"(\\w+)\",\"why\":\"((?:[^\"\\\\]|\\\\.)*)\",\"parent\":(\\d+),\"child\":(\\d+),\"clientsCut\":(\\d+)"
            + "(?:,\"by\":\"((?:[^\"\\\\]|\\\\.)*)\")?}");

    /** A process for good: pids come again, the pair does not. */
    public record ProcessName(long pid, long startTicks) {}

    private final List<LedgerEntry> entries;

    private Ledger(List<LedgerEntry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads the ledger of a home; one that was never started has an empty one.
     *
     * @throws IOException also when a line is not one of ours; half a line at the end is left out, its writer is still at it
     */
    public static Ledger read(Path home) throws IOException {
        String text;
        try {
            text = Files.readString(home.resolve(FILE));
        } catch (NoSuchFileException neverStarted) {
            return new Ledger(List.of());
        }
        List<LedgerEntry> entries = new ArrayList<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IOException(home.resolve(FILE) + " holds a line that is no ledger entry: " + line);
            }
            entries.add(new LedgerEntry(
                    Instant.parse(matcher.group(1)),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    Event.valueOf(matcher.group(4)),
                    unescaped(matcher.group(5)),
                    Long.parseLong(matcher.group(6)),
                    Long.parseLong(matcher.group(7)),
                    Integer.parseInt(matcher.group(8)),
                    unescaped(Objects.requireNonNullElse(matcher.group(9), ""))));
        }
        return new Ledger(entries);
    }

    private static String unescaped(String text) {
        return text.replaceAll("\\\\(.)", "$1");
    }

    /** Adds an entry: for the emulated process only. */
    public static void append(Path home, LedgerEntry entry) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((entry.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        try (FileChannel file = FileChannel.open(
                home.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            file.write(line);
        }
    }

    /** All entries, oldest first. */
    public List<LedgerEntry> entries() {
        return entries;
    }

    /** The entries of one kind, oldest first. */
    public List<LedgerEntry> entries(Event event) {
        return entries.stream().filter(entry -> entry.event() == event).toList();
    }

    /** Each process that ever served, in the order in which they began to. */
    public List<ProcessName> served() {
        Set<ProcessName> names = new LinkedHashSet<>();
        for (LedgerEntry entry : entries(Event.SERVING)) {
            names.add(new ProcessName(entry.pid(), entry.startTicks()));
        }
        return List.copyOf(names);
    }

    /** How often an administrator was told OK to a local command, e.g. {@code 2} for a hot restart; a command that was dropped or coalesced counts, too. */
    public int commands(int localCommand) {
        return (int) entries(Event.COMMANDED).stream()
                .filter(entry -> entry.why().equals("proxy_local_cmd=" + localCommand))
                .count();
    }

    /** How often the ODP was restarted, hot or cold: each process that served after the first one. */
    public int restarts() {
        return Math.max(0, served().size() - 1);
    }

    /** Restarts in which the successor took over from a living process. */
    public int hotRestarts() {
        return entries(Event.HOT_RESTART_COMMITTED).size();
    }

    /** Processes that served without having inherited the socket. */
    public int coldStarts() {
        return (int) entries(Event.SERVING).stream()
                .filter(entry -> entry.why().equals("cold start"))
                .count();
    }

    /** The last entry of one kind. */
    public Optional<LedgerEntry> last(Event event) {
        List<LedgerEntry> found = entries(event);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(found.size() - 1));
    }
}
