package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskPhase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;

/** The tasks whose log is recorded at a release: every way to end, and one that is still at work. */
final class RecordedStories {

    static final List<String> ODPS = List.of("a:2883", "b:2883", "c:2883");

    private final List<List<SpecificRecord>> tasks = new ArrayList<>();

    private RecordedStories() {}

    /** The records in the order of their reading: one of each task in turn, so that in the middle all are at work. */
    static List<SpecificRecord> log() {
        RecordedStories stories = new RecordedStories();
        stories.completed();
        stories.haltedAndRetried();
        stories.forced();
        stories.rejected();
        stories.cancelled();
        stories.incomplete();
        stories.notAnswered();
        stories.early();
        stories.atWork();
        List<SpecificRecord> log = new ArrayList<>();
        for (int turn = 0;
                log.size() < stories.tasks.stream().mapToInt(List::size).sum();
                turn++) {
            for (List<SpecificRecord> task : stories.tasks) {
                if (turn < task.size()) {
                    log.add(task.get(turn));
                }
            }
        }
        return log;
    }

    private ClusterStory story(String cluster, RestartMode mode) {
        List<SpecificRecord> records = new ArrayList<>();
        tasks.add(records);
        String taskId =
                UUID.nameUUIDFromBytes(cluster.getBytes(StandardCharsets.UTF_8)).toString();
        return new ClusterStory(taskId, cluster, mode, records::add);
    }

    private static ClusterStory begun(ClusterStory story, List<Integer> sizes) {
        return story.request()
                .accepted(ODPS)
                .prechecked(ODPS, sizes)
                .phase(TaskPhase.RESTART)
                .batchStarted(1);
    }

    private static void callTheRoll(ClusterStory story, List<String> present) {
        story.rollCallStarted(1);
        ODPS.forEach(odp -> story.called(odp, 1));
        present.forEach(odp -> story.answered(odp, 1, ClusterStory.running(odp, 1)));
        ODPS.stream().filter(odp -> !present.contains(odp)).forEach(odp -> {
            story.answered(odp, 1, ClusterStory.running(odp, 0));
            story.odpFailed(odp, "ROLL_CALL_1", 1, "still runs in the process that it had before");
        });
        story.rollCallClosed(1, ODPS.size(), ODPS.size());
    }

    private void completed() {
        ClusterStory story = begun(story("completed", RestartMode.RESTART), List.of(1, 2))
                .hotRestarted("a:2883", "BATCH_1", 1)
                .batchFinished(1)
                .control(TaskControl.PAUSE, true, "")
                .plan(PlanEventType.TASK_PAUSED, event -> event.setMessage("Paused: nothing begins"))
                .control(TaskControl.RESUME, true, "")
                .plan(PlanEventType.TASK_RESUMED, event -> {})
                .batchStarted(2)
                .hotRestarted("b:2883", "BATCH_2", 1)
                .hotRestarted("c:2883", "BATCH_2", 1)
                .batchFinished(2)
                .phase(TaskPhase.DRAIN);
        callTheRoll(story, ODPS);
    }

    private static void failed(ClusterStory story, String odp) {
        story.dispatched(odp, "BATCH_1", 1, OdpCommandKind.HOT_RESTART)
                .result(odp, "BATCH_1", 1, OdpCommandKind.HOT_RESTART, OdpResultType.STARTED, null)
                .result(odp, "BATCH_1", 1, OdpCommandKind.HOT_RESTART, OdpResultType.FAILED, null)
                .odpFailed(odp, "BATCH_1", 1, "the new process did not come up");
    }

    private static void halted(ClusterStory story) {
        story.plan(
                PlanEventType.TASK_HALTED, event -> event.setFailure(ClusterStory.failure("1 failure, 0 are allowed")));
    }

    private void haltedAndRetried() {
        ClusterStory story =
                begun(story("retried", RestartMode.RESTART), List.of(3)).hotRestarted("a:2883", "BATCH_1", 1);
        failed(story, "b:2883");
        halted(story);
        story.control(TaskControl.SKIP, false, "")
                .control(TaskControl.RETRY, true, "")
                .plan(PlanEventType.TASK_RESUMED, event -> {})
                .dispatched("b:2883", "SETTLE_1_1", 1, OdpCommandKind.PROBE)
                .result(
                        "b:2883",
                        "SETTLE_1_1",
                        1,
                        OdpCommandKind.PROBE,
                        OdpResultType.SUCCEEDED,
                        ClusterStory.running("b:2883", 0))
                .hotRestarted("b:2883", "BATCH_1", 2)
                .hotRestarted("c:2883", "BATCH_1", 1)
                .batchFinished(1);
        callTheRoll(story, ODPS);
    }

    private void forced() {
        ClusterStory story = story("forced", RestartMode.FORCE_RESTART)
                .request()
                .accepted(ODPS)
                .prechecked(ODPS, List.of(3))
                .phase(TaskPhase.STOP);
        for (String odp : ODPS) {
            story.dispatched(odp, "STOP", 1, OdpCommandKind.STOP)
                    .result(odp, "STOP", 1, OdpCommandKind.STOP, OdpResultType.STARTED, null)
                    .result(odp, "STOP", 1, OdpCommandKind.STOP, OdpResultType.SUCCEEDED, ClusterStory.stopped());
        }
        story.phase(TaskPhase.START);
        for (String odp : ODPS) {
            story.dispatched(odp, "START", 1, OdpCommandKind.START)
                    .result(
                            odp,
                            "START",
                            1,
                            OdpCommandKind.START,
                            OdpResultType.SUCCEEDED,
                            ClusterStory.running(odp, 1));
        }
        callTheRoll(story, ODPS);
    }

    private void rejected() {
        story("rejected", RestartMode.RESTART).request().rejected("ODP21017", "ODP a:2883 is STOPPED");
    }

    private void cancelled() {
        begun(story("cancelled", RestartMode.RESTART), List.of(1, 2))
                .hotRestarted("a:2883", "BATCH_1", 1)
                .control(TaskControl.CANCEL, true, "")
                .plan(PlanEventType.TASK_CANCELLING, event -> event.setRequestedBy("bob"))
                .plan(PlanEventType.TASK_CANCELLED, event -> {});
    }

    private void incomplete() {
        ClusterStory story =
                begun(story("incomplete", RestartMode.RESTART), List.of(3)).hotRestarted("a:2883", "BATCH_1", 1);
        failed(story, "b:2883");
        halted(story);
        story.control(TaskControl.SKIP, true, "")
                .plan(
                        PlanEventType.ODP_SKIPPED,
                        event -> event.setOdpId("b:2883").setRequestedBy("bob"))
                .plan(PlanEventType.TASK_RESUMED, event -> {})
                .hotRestarted("c:2883", "BATCH_1", 1)
                .batchFinished(1);
        callTheRoll(story, List.of("a:2883", "c:2883"));
    }

    private void notAnswered() {
        ClusterStory story = begun(story("absent", RestartMode.RESTART), List.of(3));
        ODPS.forEach(odp -> story.hotRestarted(odp, "BATCH_1", 1));
        callTheRoll(story, List.of("a:2883"));
    }

    /** Nobody announced this task: its results wait. */
    private void early() {
        story("early", RestartMode.RESTART).hotRestartReported("a:2883", "BATCH_1", 1);
    }

    private void atWork() {
        begun(story("at-work", RestartMode.RESTART), List.of(1, 2))
                .dispatched("a:2883", "BATCH_1", 1, OdpCommandKind.HOT_RESTART)
                .result("a:2883", "BATCH_1", 1, OdpCommandKind.HOT_RESTART, OdpResultType.STARTED, null)
                .result(
                        "a:2883",
                        "BATCH_1",
                        1,
                        OdpCommandKind.HOT_RESTART,
                        OdpResultType.SERVING,
                        ClusterStory.running("a:2883", 1));
    }
}
