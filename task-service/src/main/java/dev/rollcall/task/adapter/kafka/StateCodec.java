package dev.rollcall.task.adapter.kafka;

import dev.rollcall.task.domain.Batch;
import dev.rollcall.task.domain.BatchState;
import dev.rollcall.task.domain.Batching;
import dev.rollcall.task.domain.ClusterId;
import dev.rollcall.task.domain.CommandKind;
import dev.rollcall.task.domain.CountedFailure;
import dev.rollcall.task.domain.Dispatch;
import dev.rollcall.task.domain.EarlyResults;
import dev.rollcall.task.domain.Failure;
import dev.rollcall.task.domain.FailureCategory;
import dev.rollcall.task.domain.ObservedState;
import dev.rollcall.task.domain.OdpEntry;
import dev.rollcall.task.domain.OdpFacts;
import dev.rollcall.task.domain.OdpId;
import dev.rollcall.task.domain.Outlook;
import dev.rollcall.task.domain.Phase;
import dev.rollcall.task.domain.ProbeReport;
import dev.rollcall.task.domain.ProcessIdentity;
import dev.rollcall.task.domain.Rejection;
import dev.rollcall.task.domain.Request;
import dev.rollcall.task.domain.RestartMode;
import dev.rollcall.task.domain.RollCallClosed;
import dev.rollcall.task.domain.RowPlan;
import dev.rollcall.task.domain.RowReports;
import dev.rollcall.task.domain.RuleVerdict;
import dev.rollcall.task.domain.Sighting;
import dev.rollcall.task.domain.Stamp;
import dev.rollcall.task.domain.Tally;
import dev.rollcall.task.domain.TaskEntry;
import dev.rollcall.task.domain.TaskId;
import dev.rollcall.task.domain.TaskState;
import dev.rollcall.task.domain.WorkReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the stores as bytes: a version byte, then the components in order. A later version writes its own number and
 * still reads the ones before, as stores outlive the program.
 *
 * <p>Versions: 1, release 0.1.0; 2 adds how a task was asked to be split and its schedule; 3 what the
 * planner says of its plan; 4 that an ODP was seen not to answer.
 *
 * <p>Errors: {@link IllegalStateException} for bytes of an unknown version, which means that an older program reads the stores
 * of a newer one.
 */
final class StateCodec {

    static final byte VERSION = 4;

    static byte[] bytes(TaskEntry task) {
        return written(out -> {
            text(out, task.taskId().value());
            text(out, task.clusterId().value());
            out.writeLong(task.version());
            out.writeLong(task.eventSequence());
            out.writeLong(task.planSequence());
            optional(out, task.request(), (to, request) -> {
                instant(to, request.at());
                name(to, request.mode());
                to.writeBoolean(request.dryRun());
                text(to, request.requestedBy());
                text(to, request.reason());
                optional(to, request.exitTimeoutMicros(), DataOutputStream::writeLong);
                optional(to, request.batching(), StateCodec::batching);
                optional(to, request.notBefore(), StateCodec::instant);
                optional(to, request.notAfter(), StateCodec::instant);
            });
            instant(out, task.createdAt());
            name(out, task.state());
            name(out, task.phase());
            name(out, task.mode());
            out.writeBoolean(task.dryRun());
            out.writeLong(task.epoch());
            optional(out, task.plannedFor(), StateCodec::text);
            out.writeInt(task.total());
            optional(out, task.startedAt(), StateCodec::instant);
            optional(out, task.finishedAt(), StateCodec::instant);
            out.writeInt(task.batches().size());
            for (Batch batch : task.batches()) {
                out.writeInt(batch.number());
                out.writeInt(batch.size());
                name(out, batch.state());
            }
            out.writeInt(task.rejections().size());
            for (Rejection rejection : task.rejections()) {
                text(out, rejection.code());
                text(out, rejection.detail());
                out.writeInt(rejection.odps().size());
                for (String odp : rejection.odps()) {
                    text(out, odp);
                }
                out.writeInt(rejection.odpCount());
            }
            optional(out, task.failure(), StateCodec::failure);
            out.writeLong(task.retrySequence());
            out.writeInt(task.round());
            optional(out, task.closed(), (to, closed) -> {
                text(to, closed.eventId());
                instant(to, closed.at());
                to.writeInt(closed.round());
                to.writeInt(closed.called());
                to.writeInt(closed.answered());
            });
            Tally tally = task.tally();
            out.writeInt(tally.restarted());
            out.writeInt(tally.restarting());
            out.writeInt(tally.failed());
            out.writeInt(tally.skipped());
            out.writeInt(tally.tolerated());
            out.writeInt(tally.answered());
            out.writeInt(tally.reported());
            out.writeInt(tally.outstanding());
            Outlook outlook = task.outlook();
            out.writeLong(outlook.planVersion());
            optional(out, outlook.leftMillis(), DataOutputStream::writeLong);
            optional(out, outlook.leftAt(), StateCodec::instant);
            out.writeInt(outlook.rules().size());
            for (RuleVerdict rule : outlook.rules()) {
                text(out, rule.rule());
                text(out, rule.code());
                out.writeBoolean(rule.kept());
                text(out, rule.detail());
            }
        });
    }

    static TaskEntry task(byte[] bytes) {
        return read(bytes, (in, written) -> {
            TaskId taskId = new TaskId(text(in));
            ClusterId clusterId = new ClusterId(text(in));
            long version = in.readLong();
            long eventSequence = in.readLong();
            long planSequence = in.readLong();
            Request request = optional(
                    in,
                    from -> new Request(
                            instant(from),
                            RestartMode.valueOf(text(from)),
                            from.readBoolean(),
                            text(from),
                            text(from),
                            optional(from, DataInputStream::readLong),
                            written < 2 ? null : optional(from, StateCodec::batching),
                            written < 2 ? null : optional(from, StateCodec::instant),
                            written < 2 ? null : optional(from, StateCodec::instant)));
            Instant createdAt = instant(in);
            TaskState state = TaskState.valueOf(text(in));
            Phase phase = Phase.valueOf(text(in));
            RestartMode mode = RestartMode.valueOf(text(in));
            boolean dryRun = in.readBoolean();
            long epoch = in.readLong();
            String plannedFor = optional(in, StateCodec::text);
            int total = in.readInt();
            Instant startedAt = optional(in, StateCodec::instant);
            Instant finishedAt = optional(in, StateCodec::instant);
            List<Batch> batches =
                    list(in, from -> new Batch(from.readInt(), from.readInt(), BatchState.valueOf(text(from))));
            List<Rejection> rejections = list(
                    in, from -> new Rejection(text(from), text(from), list(from, StateCodec::text), from.readInt()));
            Failure failure = optional(in, StateCodec::failure);
            long retrySequence = in.readLong();
            int round = in.readInt();
            RollCallClosed closed = optional(
                    in,
                    from -> new RollCallClosed(
                            text(from), instant(from), from.readInt(), from.readInt(), from.readInt()));
            Tally tally = new Tally(
                    in.readInt(),
                    in.readInt(),
                    in.readInt(),
                    in.readInt(),
                    in.readInt(),
                    in.readInt(),
                    in.readInt(),
                    in.readInt());
            Outlook outlook = written < 3
                    ? Outlook.NONE
                    : new Outlook(
                            in.readLong(),
                            optional(in, DataInputStream::readLong),
                            optional(in, StateCodec::instant),
                            list(in, from -> new RuleVerdict(text(from), text(from), from.readBoolean(), text(from))));
            return new TaskEntry(
                    taskId,
                    clusterId,
                    version,
                    eventSequence,
                    planSequence,
                    request,
                    createdAt,
                    state,
                    phase,
                    mode,
                    dryRun,
                    epoch,
                    plannedFor,
                    total,
                    startedAt,
                    finishedAt,
                    batches,
                    rejections,
                    failure,
                    retrySequence,
                    round,
                    closed,
                    tally,
                    outlook);
        });
    }

    static byte[] bytes(OdpEntry odp) {
        return written(out -> {
            text(out, odp.taskId().value());
            text(out, odp.clusterId().value());
            text(out, odp.odpId().value());
            out.writeLong(odp.version());
            RowPlan plan = odp.plan();
            out.writeBoolean(plan.targeted());
            text(out, plan.zone());
            out.writeInt(plan.batch());
            out.writeBoolean(plan.planned());
            optional(out, plan.facts(), StateCodec::facts);
            optional(out, plan.step(), StateCodec::text);
            out.writeInt(plan.attempts());
            optional(out, plan.work(), StateCodec::dispatch);
            optional(out, plan.failure(), StateCodec::counted);
            out.writeLong(plan.retriedAt());
            optional(out, plan.skippedAt(), StateCodec::instant);
            optional(out, plan.call(), StateCodec::dispatch);
            optional(out, plan.callFailure(), StateCodec::counted);
            RowReports reports = odp.reports();
            out.writeInt(reports.work().size());
            for (var work : reports.work().entrySet()) {
                text(out, work.getKey());
                work(out, work.getValue());
            }
            optional(out, reports.precheck(), StateCodec::probe);
            optional(out, reports.call(), StateCodec::probe);
            optional(out, reports.seen(), (to, seen) -> {
                to.writeInt(seen.round());
                stamp(to, seen.stamp());
                optional(to, seen.process(), StateCodec::process);
                optional(to, seen.version(), StateCodec::text);
                optional(to, seen.inherited(), DataOutputStream::writeBoolean);
                to.writeBoolean(seen.businessPathChecked());
            });
            optional(out, reports.startedAt(), StateCodec::instant);
            optional(out, reports.baselineAt(), StateCodec::stamp);
            optional(out, reports.baseline(), StateCodec::process);
        });
    }

    static OdpEntry odp(byte[] bytes) {
        return read(bytes, (in, written) -> {
            TaskId taskId = new TaskId(text(in));
            ClusterId clusterId = new ClusterId(text(in));
            OdpId odpId = new OdpId(text(in));
            long version = in.readLong();
            RowPlan plan = new RowPlan(
                    in.readBoolean(),
                    text(in),
                    in.readInt(),
                    in.readBoolean(),
                    optional(in, StateCodec::facts),
                    optional(in, StateCodec::text),
                    in.readInt(),
                    optional(in, StateCodec::dispatch),
                    optional(in, StateCodec::counted),
                    in.readLong(),
                    optional(in, StateCodec::instant),
                    optional(in, StateCodec::dispatch),
                    optional(in, StateCodec::counted));
            SortedMap<String, WorkReport> work = new TreeMap<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String step = text(in);
                work.put(step, work(in));
            }
            RowReports reports = new RowReports(
                    work,
                    optional(in, StateCodec::probe),
                    optional(in, StateCodec::probe),
                    optional(
                            in,
                            from -> new Sighting(
                                    from.readInt(),
                                    stamp(from),
                                    written < 4 ? process(from) : optional(from, StateCodec::process),
                                    optional(from, StateCodec::text),
                                    optional(from, DataInputStream::readBoolean),
                                    from.readBoolean())),
                    optional(in, StateCodec::instant),
                    optional(in, StateCodec::stamp),
                    optional(in, StateCodec::process));
            return new OdpEntry(taskId, clusterId, odpId, version, plan, reports);
        });
    }

    static byte[] bytes(EarlyResults early) {
        return written(out -> {
            text(out, early.taskId().value());
            out.writeInt(early.count());
            instant(out, early.since());
        });
    }

    static EarlyResults early(byte[] bytes) {
        return read(bytes, in -> new EarlyResults(new TaskId(text(in)), in.readInt(), instant(in)));
    }

    private static void work(DataOutputStream out, WorkReport work) throws IOException {
        out.writeInt(work.attempt());
        optional(out, work.progress(), StateCodec::stamp);
        optional(out, work.serving(), StateCodec::stamp);
        out.writeBoolean(work.draining());
        optional(out, work.drained(), StateCodec::stamp);
        optional(out, work.succeeded(), StateCodec::stamp);
        optional(out, work.succeededIn(), StateCodec::process);
        optional(out, work.failed(), StateCodec::stamp);
        optional(out, work.failure(), StateCodec::failure);
        optional(out, work.clientsCut(), DataOutputStream::writeLong);
        optional(out, work.messageAt(), StateCodec::stamp);
        optional(out, work.message(), StateCodec::text);
    }

    private static WorkReport work(DataInputStream in) throws IOException {
        return new WorkReport(
                in.readInt(),
                optional(in, StateCodec::stamp),
                optional(in, StateCodec::stamp),
                in.readBoolean(),
                optional(in, StateCodec::stamp),
                optional(in, StateCodec::stamp),
                optional(in, StateCodec::process),
                optional(in, StateCodec::stamp),
                optional(in, StateCodec::failure),
                optional(in, DataInputStream::readLong),
                optional(in, StateCodec::stamp),
                optional(in, StateCodec::text));
    }

    private static void probe(DataOutputStream out, ProbeReport probe) throws IOException {
        out.writeInt(probe.round());
        out.writeInt(probe.attempt());
        out.writeBoolean(probe.succeeded());
        stamp(out, probe.stamp());
        optional(out, probe.facts(), StateCodec::facts);
        optional(out, probe.failure(), StateCodec::failure);
    }

    private static ProbeReport probe(DataInputStream in) throws IOException {
        return new ProbeReport(
                in.readInt(),
                in.readInt(),
                in.readBoolean(),
                stamp(in),
                optional(in, StateCodec::facts),
                optional(in, StateCodec::failure));
    }

    private static void facts(DataOutputStream out, OdpFacts facts) throws IOException {
        name(out, facts.state());
        out.writeBoolean(facts.draining());
        optional(out, facts.version(), StateCodec::text);
        optional(out, facts.process(), StateCodec::process);
        optional(out, facts.clientConnections(), DataOutputStream::writeLong);
        optional(out, facts.inherited(), DataOutputStream::writeBoolean);
        out.writeBoolean(facts.settingsRestored());
        out.writeBoolean(facts.businessPathChecked());
        optional(out, facts.detail(), StateCodec::text);
    }

    private static OdpFacts facts(DataInputStream in) throws IOException {
        return new OdpFacts(
                ObservedState.valueOf(text(in)),
                in.readBoolean(),
                optional(in, StateCodec::text),
                optional(in, StateCodec::process),
                optional(in, DataInputStream::readLong),
                optional(in, DataInputStream::readBoolean),
                in.readBoolean(),
                in.readBoolean(),
                optional(in, StateCodec::text));
    }

    private static void process(DataOutputStream out, ProcessIdentity process) throws IOException {
        text(out, process.bootId());
        out.writeLong(process.pid());
        out.writeLong(process.startTicks());
        text(out, process.cwd());
        text(out, process.listenAddress());
        out.writeInt(process.listenPort());
        optional(out, process.startedAt(), StateCodec::instant);
    }

    private static ProcessIdentity process(DataInputStream in) throws IOException {
        return new ProcessIdentity(
                text(in),
                in.readLong(),
                in.readLong(),
                text(in),
                text(in),
                in.readInt(),
                optional(in, StateCodec::instant));
    }

    private static void failure(DataOutputStream out, Failure failure) throws IOException {
        name(out, failure.category());
        text(out, failure.code());
        text(out, failure.detail());
        optional(out, failure.advice(), StateCodec::text);
        optional(out, failure.logFile(), StateCodec::text);
        optional(out, failure.logTail(), StateCodec::text);
    }

    private static Failure failure(DataInputStream in) throws IOException {
        return new Failure(
                FailureCategory.valueOf(text(in)),
                text(in),
                text(in),
                optional(in, StateCodec::text),
                optional(in, StateCodec::text),
                optional(in, StateCodec::text));
    }

    private static void counted(DataOutputStream out, CountedFailure counted) throws IOException {
        text(out, counted.step());
        out.writeInt(counted.attempt());
        out.writeLong(counted.sequence());
        instant(out, counted.at());
        failure(out, counted.failure());
        out.writeBoolean(counted.superseded());
    }

    private static CountedFailure counted(DataInputStream in) throws IOException {
        return new CountedFailure(text(in), in.readInt(), in.readLong(), instant(in), failure(in), in.readBoolean());
    }

    private static void batching(DataOutputStream out, Batching batching) throws IOException {
        out.writeInt(batching.sizes().size());
        for (String size : batching.sizes()) {
            text(out, size);
        }
        out.writeInt(batching.maxFailures());
        text(out, batching.drain());
        text(out, batching.groupBy());
        optional(out, batching.minRunning(), StateCodec::text);
        out.writeLong(batching.settleMillis());
        out.writeBoolean(batching.pauseAfterFirst());
        out.writeBoolean(batching.window());
        optional(out, batching.preset(), StateCodec::text);
    }

    private static Batching batching(DataInputStream in) throws IOException {
        return new Batching(
                list(in, StateCodec::text),
                in.readInt(),
                text(in),
                text(in),
                optional(in, StateCodec::text),
                in.readLong(),
                in.readBoolean(),
                in.readBoolean(),
                optional(in, StateCodec::text));
    }

    private static void dispatch(DataOutputStream out, Dispatch dispatch) throws IOException {
        text(out, dispatch.step());
        out.writeInt(dispatch.attempt());
        name(out, dispatch.kind());
        out.writeLong(dispatch.sequence());
        instant(out, dispatch.at());
    }

    private static Dispatch dispatch(DataInputStream in) throws IOException {
        return new Dispatch(text(in), in.readInt(), CommandKind.valueOf(text(in)), in.readLong(), instant(in));
    }

    private static void stamp(DataOutputStream out, Stamp stamp) throws IOException {
        instant(out, stamp.at());
        text(out, stamp.eventId());
    }

    private static Stamp stamp(DataInputStream in) throws IOException {
        return new Stamp(instant(in), text(in));
    }

    private static void instant(DataOutputStream out, Instant instant) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    private static Instant instant(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    private static void name(DataOutputStream out, Enum<?> constant) throws IOException {
        text(out, constant.name());
    }

    /** Not {@code writeUTF}, which ends at 64 kB. */
    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static <T> void optional(DataOutputStream out, @Nullable T value, Writer<T> writer) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            writer.write(out, value);
        }
    }

    private static <T> @Nullable T optional(DataInputStream in, Reader<T> reader) throws IOException {
        return in.readBoolean() ? reader.read(in) : null;
    }

    private static <T> List<T> list(DataInputStream in, Reader<T> reader) throws IOException {
        int count = in.readInt();
        List<T> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(reader.read(in));
        }
        return items;
    }

    private static byte[] written(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            body.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] bytes, Reader<T> reader) {
        return read(bytes, (in, written) -> reader.read(in));
    }

    private static <T> T read(byte[] bytes, VersionedReader<T> reader) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version < 1 || version > VERSION) {
                throw new IllegalStateException(
                        "The stores hold entries of version %d, but this program reads versions up to %d: start the newer program"
                                .formatted(version, VERSION));
            }
            return reader.read(in, version);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private interface Writer<T> {
        void write(DataOutputStream out, T value) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    private interface VersionedReader<T> {
        T read(DataInputStream in, int written) throws IOException;
    }

    private StateCodec() {}
}
