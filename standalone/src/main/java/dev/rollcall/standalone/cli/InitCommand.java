package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.hosts.ContainerHost;
import dev.rollcall.standalone.app.SessionKey;
import dev.rollcall.standalone.app.Users;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the files that all gateways of an installation share. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the files that all gateways share, where they are not there yet: users.yml with admin, operator and viewer,"
                    + " and session.key, which signs their sessions.",
            "The password: ROLLCALL_PASSWORD, or a generated one, which is printed once. Only the owner can read the files."
        })
final class InitCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "Where to; made when missing.")
    private Path directory = Path.of("");

    @Option(
            names = "--demo-key",
            hidden = true,
            description = "Also the SSH key of docker-compose.yml's emulated hosts.")
    private boolean demoKey;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Terminal out = new Terminal(spec.commandLine().getOut());
        String given = System.getenv(Users.PASSWORD_VARIABLE);
        Users users = Users.kept(directory.resolve("users.yml"), directory.resolve("none"), given);
        Path key = SessionKey.in(directory);
        if (demoKey) {
            ContainerHost.makeKey(directory.resolve("demo"));
        }
        out.line("%s and %s are there", directory.resolve("users.yml"), key);
        boolean generated = given == null || given.isEmpty();
        if (users.password() != null && generated) {
            out.line("Password of %s: %s", String.join(", ", Users.names()), users.password());
        }
        return 0;
    }
}
