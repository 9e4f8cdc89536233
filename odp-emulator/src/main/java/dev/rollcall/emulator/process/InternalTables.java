package dev.rollcall.emulator.process;

import dev.rollcall.emulator.mysql.Answer;
import dev.rollcall.emulator.mysql.Column;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * ODP's own SHOW commands that nobody has recorded: their grammar and columns as its public source has them, in {@code tables.tsv}. An ODP without a database has rows for
 * connections and for itself only. The tables are read when somebody asks for the first time. Safe for several threads.
 */
final class InternalTables {

    /** One command: a pattern for the whole statement in lower case, and what its rows are made of. */
    private record Table(Pattern statement, String rows, List<Column> columns) {}

    private @Nullable List<Table> tables;

    /** Null when this is none of these commands. */
    @Nullable
    Answer answer(String plain, OdpProcess odp) {
        for (Table table : tables()) {
            if (table.statement().matcher(plain).matches()) {
                return new Answer.Rows(table.columns(), rows(table, odp), 0);
            }
        }
        return null;
    }

    private static List<List<String>> rows(Table table, OdpProcess odp) {
        List<List<String>> rows = new ArrayList<>();
        switch (table.rows()) {
            case "thread" -> {
                String clients = String.valueOf(odp.sessions().count());
                rows.add(row(table, "0", clients, clients, clients, clients));
            }
            case "connection" -> {
                for (ClientSession each : odp.sessions().all()) {
                    String host = each.host();
                    int colon = host.lastIndexOf(':');
                    rows.add(row(
                            table,
                            "0",
                            String.valueOf(each.id()),
                            "0",
                            "client",
                            host.substring(0, colon),
                            host.substring(colon + 1),
                            Addresses.text(odp.listenAddress().getAddress()),
                            String.valueOf(odp.listenAddress().getPort())));
                }
            }
            case "cluster" -> {
                String name = odp.config().get("rootservice_cluster_name");
                for (String root : odp.config().get("rootservice_list").split(";", -1)) {
                    rows.add(row(table, name, "0", "", root, "FOLLOWER", "FULL"));
                }
            }
            case "idc" -> rows.add(row(table, odp.config().get("rootservice_cluster_name"), "0"));
            case "memory" -> {
                Runtime runtime = Runtime.getRuntime();
                String hold = grouped(runtime.totalMemory());
                String used = grouped(runtime.totalMemory() - runtime.freeMemory());
                rows.add(row(table, "GLIBC", "user", hold, used, grouped(1), used));
                rows.add(row(table, "OB_SQL_AUDIT", "user", grouped(0), grouped(0), grouped(0), grouped(0)));
                rows.add(row(table, "OB_SQL_AUDIT_LAST", "user", grouped(0), grouped(0), grouped(0), grouped(0)));
            }
            case "none" -> {
                // Nothing of that kind exists without a database.
            }
            default -> throw new IllegalStateException("tables.tsv names rows nobody makes: " + table.rows());
        }
        return rows;
    }

    /** A row that begins with these values; the other columns are 0 or empty. */
    private static List<String> row(Table table, String... values) {
        List<String> row = new ArrayList<>(Arrays.asList(values));
        for (Column column :
                table.columns().subList(values.length, table.columns().size())) {
            row.add(column.isNumber() ? "0" : "");
        }
        return row;
    }

    /** As the format {@code % 'ld} prints without a locale. */
    private static String grouped(long number) {
        return " " + number;
    }

    private synchronized List<Table> tables() {
        List<Table> known = tables;
        if (known == null) {
            known = read();
            tables = known;
        }
        return known;
    }

    private static List<Table> read() {
        List<Table> read = new ArrayList<>();
        InputStream resource =
                Objects.requireNonNull(InternalTables.class.getResourceAsStream("tables.tsv"), "tables.tsv is missing");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] field = line.split("\t", -1);
                read.add(new Table(
                        Pattern.compile(field[0]),
                        field[1],
                        Arrays.stream(field[2].split(" ", -1))
                                .map(InternalTables::column)
                                .toList()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read;
    }

    /** A column as {@code name:type}, with {@code ~} for a blank. */
    private static Column column(String text) {
        int colon = text.lastIndexOf(':');
        String name = text.substring(0, colon).replace('~', ' ');
        return switch (text.substring(colon + 1)) {
            case "v" -> Column.text(name);
            case "ll" -> Column.bigint(name);
            case "l" -> Column.integer(name);
            case "t" -> Column.tiny(name);
            case "ts" -> Column.timestamp(name);
            default -> throw new IllegalStateException("tables.tsv names a type nobody knows: " + text);
        };
    }
}
