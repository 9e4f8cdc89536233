package dev.rollcall.standalone.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person sits in front of this process. */
final class Terminals {

    private static final int USUAL_WIDTH = 80;

    private Terminals() {}

    /** Whether somebody can be asked, and answer. */
    static boolean canAsk() {
        return isTerminal(0) && (isTerminal(1) || isTerminal(2));
    }

    /** Whether the output can be drawn over. */
    static boolean canDraw() {
        String kind = System.getenv("TERM");
        return isTerminal(1) && kind != null && !kind.equals("dumb");
    }

    /** {@code System.console()} wants input and output both, and in later Javas says nothing about either. */
    private static boolean isTerminal(int descriptor) {
        try {
            String name = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Columns of the terminal. */
    static int width() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/tty").toFile()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
            return columns > 0 ? columns : USUAL_WIDTH;
        } catch (IOException | NumberFormatException e) {
            return USUAL_WIDTH;
        }
    }
}
