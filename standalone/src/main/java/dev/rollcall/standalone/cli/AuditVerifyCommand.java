package dev.rollcall.standalone.cli;

import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.standalone.adapter.audit.AuditTopic;
import dev.rollcall.standalone.app.AuditCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Reads the audit chains and says whether they are whole. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Reads the whole audit from Kafka and finds records that were changed, taken out, put in or moved.",
            "Without options it asks a standalone Rollcall on this machine."
        },
        footer = {"", "Exit codes: 0 whole; 1 not whole, each fault is told; 2 it could not be read."})
final class AuditVerifyCommand implements Callable<Integer> {

    static final int NOT_WHOLE = 1;

    private static final Pattern HEAD = Pattern.compile("(\\d+) (\\d+) ([0-9a-f]{64})");

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--expect",
            paramLabel = "FILE",
            description = "What --save wrote before: the chains must go on from there.")
    private @Nullable Path expect;

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "Write where the chains end now; to be kept where nobody who can write to Kafka can write.")
    private @Nullable Path save;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        Terminal.noLog();
        List<AuditCheck.Anchor> anchors = expected();
        try {
            return verify(new AuditTopic(kafka.client()), anchors, terminal);
        } catch (KafkaException e) {
            terminal.line("The audit cannot be read: %s", String.valueOf(e.getMessage()));
            return Rollcall.CANNOT_START;
        }
    }

    private int verify(AuditTopic topic, List<AuditCheck.Anchor> anchors, Terminal terminal) throws IOException {
        Instant now = Instant.now();
        List<AuditCheck.Anchor> all = new ArrayList<>(anchors);
        // Before the records: what is written in between is no fault.
        topic.checkpoints().stream()
                .map(at -> new AuditCheck.Anchor(
                        at.getPartition(), at.getNumber(), at.getHash(), "the checkpoint of " + at.getOccurredAt()))
                .forEach(all::add);
        AuditCheck check = new AuditCheck(all, topic.keptSince(now));
        topic.read(new AuditTopic.Reader() {
            @Override
            public void record(int partition, long offset, AuditRecord record) {
                check.next(partition, offset, record);
            }

            @Override
            public void unreadable(int partition, long offset, String why) {
                check.unreadable(partition, offset, why);
            }
        });
        for (AuditCheck.Head head : check.heads()) {
            terminal.line(
                    "partition %d: records %d to %d, hash %s",
                    head.partition(), head.first(), head.last(), head.hash());
        }
        List<String> faults = check.faults();
        faults.forEach(fault -> terminal.line("%s", fault));
        if (!faults.isEmpty()) {
            terminal.line("The audit is NOT whole: %d fault(s)", faults.size());
            return NOT_WHOLE;
        }
        if (save != null) {
            Files.write(
                    save,
                    check.heads().stream()
                            .map(head -> head.partition() + " " + head.last() + " " + head.hash())
                            .toList());
        }
        terminal.line("The audit is whole");
        return 0;
    }

    private List<AuditCheck.Anchor> expected() throws IOException {
        List<AuditCheck.Anchor> anchors = new ArrayList<>();
        if (expect != null) {
            for (String line : Files.readAllLines(expect)) {
                Matcher head = HEAD.matcher(line.strip());
                if (!head.matches()) {
                    throw new ParameterException(
                            spec.commandLine(), "--expect: not a line that --save writes: '" + line + "'");
                }
                anchors.add(new AuditCheck.Anchor(
                        Integer.parseInt(head.group(1)),
                        Long.parseLong(head.group(2)),
                        head.group(3),
                        expect.toString()));
            }
        }
        return anchors;
    }
}
