package dev.rollcall.standalone.cli;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where a watched task is shown. Used by one thread. */
interface TaskView {

    /** An event of the timeline. */
    void event(JsonNode event, Instant begin);

    /** The task as it is now, for those that {@link #draws() draw}. */
    void task(JsonNode task);

    /** Nothing was heard for a while, or something is heard again; in words. */
    void note(String words);

    /** Whether {@link #task} is of use. */
    boolean draws();

    /** Leaves the terminal as it should be. */
    void close();

    /**
     * Lines, the same in a pipe and in a file.
     *
     * @param out takes the events; null: nobody wants them
     * @param err takes the notes
     */
    record Plain(@Nullable Terminal out, Terminal err) implements TaskView {

        @Override
        public void event(JsonNode event, Instant begin) {
            if (out != null) {
                out.event(event, begin);
            }
        }

        @Override
        public void task(JsonNode task) {}

        @Override
        public void note(String words) {
            err.line("%s", words);
        }

        @Override
        public boolean draws() {
            return false;
        }

        @Override
        public void close() {}
    }

    /** Lines, and below them a bar that is drawn over. */
    final class Live implements TaskView {

        private static final int BAR = 24;
        private static final String CLEAR = "\r\033[2K";
        private static final int MILLIS = 1_000;

        private final Terminal out;
        private final int width;
        private @Nullable JsonNode task;

        Live(Terminal out, int width) {
            this.out = out;
            this.width = width;
        }

        @Override
        public void event(JsonNode event, Instant begin) {
            out.part(CLEAR);
            out.event(event, begin);
            draw();
        }

        @Override
        public void task(JsonNode now) {
            task = now;
            draw();
        }

        @Override
        public void note(String words) {
            out.part(CLEAR);
            out.line("%s", words);
            draw();
        }

        @Override
        public boolean draws() {
            return true;
        }

        @Override
        public void close() {
            out.part(CLEAR);
        }

        private void draw() {
            if (task != null) {
                out.part(CLEAR + line(task, width - 1));
            }
        }

        /**
         * The bar of a task in one line.
         *
         * @param room no longer than this
         */
        static String line(JsonNode task, int room) {
            JsonNode progress = task.path("progress");
            int total = progress.path("total").asInt(0);
            int restarted = progress.path("restarted").asInt(0);
            int full = total == 0 ? 0 : BAR * restarted / total;
            StringBuilder text = new StringBuilder("[")
                    .append("#".repeat(full))
                    .append(".".repeat(BAR - full))
                    .append("] ")
                    .append(restarted)
                    .append('/')
                    .append(total)
                    .append(' ')
                    .append(task.path("state").asString(""));
            String phase = task.path("phase").asString("");
            if (!phase.isEmpty() && task.path("state").asString("").equals("RUNNING")) {
                text.append(' ').append(phase);
            }
            append(text, progress, "restarting");
            append(text, progress, "failed");
            append(text, progress, "skipped");
            if (progress.path("etaMs").isNumber()) {
                text.append(String.format(
                        Locale.ROOT, ", about %d s left", progress.path("etaMs").asLong() / MILLIS));
            }
            return text.length() <= room ? text.toString() : text.substring(0, Math.max(0, room));
        }

        private static void append(StringBuilder text, JsonNode progress, String what) {
            int count = progress.path(what).asInt(0);
            if (count > 0) {
                text.append(", ").append(count).append(' ').append(what);
            }
        }
    }
}
