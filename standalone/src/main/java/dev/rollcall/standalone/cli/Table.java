package dev.rollcall.standalone.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Columns as wide as what is in them. An empty cell is a dash, so that a line can be cut at blanks. */
final class Table {

    private final List<List<String>> lines = new ArrayList<>();

    Table(String... titles) {
        lines.add(List.of(titles));
    }

    void row(Object... cells) {
        List<String> line = new ArrayList<>();
        for (Object cell : cells) {
            String text = cell instanceof JsonNode node ? text(node) : String.valueOf(cell);
            line.add(text.isEmpty() ? "-" : text);
        }
        lines.add(line);
    }

    /** A value, or the values of a list. */
    static String text(JsonNode node) {
        if (node.isArray()) {
            return String.join(",", node.valueStream().map(Table::text).toList());
        }
        return node.isNull() || node.isMissingNode() ? "" : node.asString();
    }

    List<String> lines() {
        int columns = lines.get(0).size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return lines.stream()
                .map(line -> {
                    StringBuilder text = new StringBuilder();
                    for (int column = 0; column < columns; column++) {
                        String cell = line.get(column);
                        text.append(cell);
                        if (column < columns - 1) {
                            text.append(" ".repeat(widths[column] - cell.length() + 2));
                        }
                    }
                    return text.toString().stripTrailing();
                })
                .toList();
    }

    void print(Terminal terminal) {
        lines().forEach(line -> terminal.line("%s", line));
    }
}
