package dev.rollcall.standalone.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.PrintWriter;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** What a person sees, line by line. */
final class Terminal {

    private static final String LOG_DIRECTORY = "rollcall.logs";
    private static final int WHERE_WIDTH = 18;

    private final PrintWriter out;

    Terminal(PrintWriter out) {
        this.out = out;
    }

    /** Sends the log to a file of the data directory, so that the terminal stays readable. Call it before anything logs. */
    static void logInto(Path data) {
        System.setProperty(LOG_DIRECTORY, data.resolve("logs").toString());
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        URL configuration = Terminal.class.getResource("/logback-standalone.xml");
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(configuration);
        } catch (JoranException e) {
            throw new IllegalStateException("The logging configuration is broken", e);
        }
    }

    /** For commands that keep no log: what libraries would log is told by the command itself, in words. */
    static void noLog() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    }

    /** Whether there is a log yet; before that a logged line would land on the terminal. */
    static boolean logs() {
        return System.getProperty(LOG_DIRECTORY) != null;
    }

    static String logFile() {
        return System.getProperty(LOG_DIRECTORY, ".") + "/rollcall.log";
    }

    void line(String text, Object... arguments) {
        out.println(arguments.length == 0 ? text : String.format(Locale.ROOT, text, arguments));
        out.flush();
    }

    /** Text as it is, without a line's end. */
    void part(String text) {
        out.print(text);
        out.flush();
    }

    private static String withoutRepeat(String where, String message) {
        String repeated = where + ": ";
        return message.startsWith(repeated) ? message.substring(repeated.length()) : message;
    }

    /** One event of a task's timeline: seconds since it was asked for, where, what. */
    void event(JsonNode event, Instant begin) {
        String odp = event.path("odp").asString("");
        int batch = event.path("batch").asInt(0);
        String where = !odp.isEmpty() ? odp : batch > 0 ? "batch " + batch : "task";
        Instant at =
                Instant.parse(event.path("at").asString(event.path("occurredAt").asString(begin.toString())));
        double seconds = Math.max(0, Duration.between(begin, at).toMillis()) / 1000.0;
        line(
                "%7.1f s  %-" + WHERE_WIDTH + "s  %s",
                seconds,
                where,
                withoutRepeat(where, event.path("message").asString("")));
    }
}
