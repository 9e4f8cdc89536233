package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.app.Users;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes what stands in the users file for a password. */
@Command(
        name = "password",
        mixinStandardHelpOptions = true,
        description =
                "Asks for a password, or reads one line from standard input, and prints its bcrypt hash for users.yml.")
final class PasswordCommand implements Callable<Integer> {

    private static final int SHORTEST = 8;
    /** bcrypt looks at no more bytes. */
    private static final int LONGEST = 72;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        String password = read();
        int bytes = password == null ? 0 : password.getBytes(StandardCharsets.UTF_8).length;
        if (password == null || bytes < SHORTEST || bytes > LONGEST) {
            throw new ParameterException(
                    spec.commandLine(), "A password has %d to %d bytes".formatted(SHORTEST, LONGEST));
        }
        new Terminal(spec.commandLine().getOut()).line("%s", "{bcrypt}" + Users.hashOf(password));
        return 0;
    }

    private static @Nullable String read() throws IOException {
        Console console = System.console();
        if (console != null && System.in.available() == 0) {
            char[] typed = console.readPassword("Password: ");
            return typed == null ? null : new String(typed);
        }
        return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }
}
