package dev.rollcall.standalone.cli;

import dev.rollcall.gateway.adapter.web.Definitions;
import dev.rollcall.gateway.adapter.web.Texts;
import dev.rollcall.gateway.adapter.yaml.ClusterFile;
import dev.rollcall.gateway.domain.Checked;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterPlan;
import dev.rollcall.standalone.adapter.inventory.AnsibleInventory;
import dev.rollcall.standalone.adapter.inventory.ImportedCluster;
import dev.rollcall.standalone.adapter.inventory.ObdTopology;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes cluster definitions of what other tools know. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Prints a cluster definition made of a file of another tool. It asks and changes nothing.",
        subcommands = {ImportCommand.Obd.class, ImportCommand.Ansible.class},
        synopsisSubcommandLabel = "COMMAND")
final class ImportCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    /** What no tool knows, or not every one. */
    static final class GivenOptions {

        @Option(names = "--cluster", paramLabel = "ID", description = "Id of the cluster. Default: from the file.")
        private @Nullable String cluster;

        @Option(
                names = "--ssh-credential",
                paramLabel = "NAME",
                defaultValue = "ops-key",
                description = "Name of the agent's credential for the hosts (default: ${DEFAULT-VALUE}).")
        private String sshCredential = "";

        @Option(
                names = "--admin-credential",
                paramLabel = "NAME",
                defaultValue = "proxysys",
                description = "Name of the agent's credential for root@proxysys (default: ${DEFAULT-VALUE}).")
        private String adminCredential = "";

        @Option(names = "--ssh-user", paramLabel = "NAME", description = "User for hosts of which the file names none.")
        private @Nullable String sshUser;

        @Option(names = "--home", paramLabel = "DIR", description = "Home of ODPs of which the file names none.")
        private @Nullable String home;

        @Option(names = "--sql-port", paramLabel = "PORT", description = "Port of ODPs of which the file names none.")
        private @Nullable Integer sqlPort;

        private ImportedCluster.Given given() {
            return new ImportedCluster.Given(sshCredential, adminCredential, sshUser, home, sqlPort);
        }
    }

    /** What both have in common. */
    @Command(
            mixinStandardHelpOptions = true,
            usageHelpAutoWidth = true,
            footer = {
                "",
                "The definition goes to standard output; what could not be carried over is said on standard error. Secrets are"
                        + " never carried over. Exit codes: 0 done; 2 something in the file is missing or wrong."
            })
    abstract static class Import implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "The file.")
        private Path file = Path.of("");

        @Mixin
        private GivenOptions options = new GivenOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            ImportedCluster cluster = read(file, options.cluster, options.given());
            String yaml = cluster.yaml();
            requireValid(cluster.id(), yaml);
            new Terminal(spec.commandLine().getOut()).line("%s", yaml.stripTrailing());
            Terminal err = new Terminal(spec.commandLine().getErr());
            cluster.notes().forEach(note -> err.line("note: %s", note));
            return ExitCodes.DONE;
        }

        abstract ImportedCluster read(Path path, @Nullable String cluster, ImportedCluster.Given given);

        /** By the gateway's own rules, so that nothing is printed that it would refuse. */
        private void requireValid(String id, String yaml) {
            ClusterFile made = ClusterFile.read("the definition made of " + file, new StringReader(yaml));
            if (!ClusterId.isValid(id)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "'%s' cannot be the id of a cluster: --cluster gives one".formatted(id));
            }
            Checked<ClusterPlan> checked =
                    Definitions.check(Objects.requireNonNull(made.definitions().get(id)));
            List<String> faults = checked instanceof Checked.Invalid<ClusterPlan> invalid
                    ? invalid.faults().stream()
                            .map(fault -> fault.field() + ": " + Texts.say(fault.words(), Locale.ENGLISH))
                            .toList()
                    : List.of();
            if (!faults.isEmpty()) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(),
                        "%s makes no definition that a gateway would take:%n  %s"
                                .formatted(file, String.join("%n  ".formatted(), faults)));
            }
        }
    }

    @Command(
            name = "obd",
            description =
                    "Of an obd topology: the component obproxy-ce or obproxy of what obd cluster deploy -c takes.")
    static final class Obd extends Import {
        @Override
        ImportedCluster read(Path path, @Nullable String cluster, ImportedCluster.Given given) {
            return ObdTopology.read(path, cluster, given);
        }
    }

    @Command(
            name = "ansible",
            description = "Of an Ansible inventory, INI or YAML, with the group_vars and host_vars beside it.")
    static final class Ansible extends Import {

        @Option(
                names = "--group",
                paramLabel = "GROUP",
                description = "Whose hosts have ODPs. Default: obproxy or odp, if there is one, else all.")
        private @Nullable String group;

        @Option(
                names = "--home-var",
                paramLabel = "NAME",
                description = "Variable with the ODP's home. Default: obproxy_home, odp_home, home_path.")
        private @Nullable String homeVar;

        @Option(
                names = "--port-var",
                paramLabel = "NAME",
                description = "Variable with its SQL port. Default: obproxy_port, odp_port, listen_port.")
        private @Nullable String portVar;

        @Option(
                names = "--zone-var",
                paramLabel = "NAME",
                description = "Variable with its zone. Default: zone, obproxy_zone, odp_zone.")
        private @Nullable String zoneVar;

        @Override
        ImportedCluster read(Path path, @Nullable String cluster, ImportedCluster.Given given) {
            AnsibleInventory.Variables usual = AnsibleInventory.Variables.USUAL;
            AnsibleInventory.Variables variables = new AnsibleInventory.Variables(
                    homeVar == null ? usual.home() : List.of(homeVar),
                    portVar == null ? usual.sqlPort() : List.of(portVar),
                    zoneVar == null ? usual.zone() : List.of(zoneVar));
            return AnsibleInventory.read(path, group, cluster, variables, given);
        }
    }
}
