package dev.rollcall.task.adapter.kafka;

import dev.rollcall.task.domain.FoldSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings under {@code rollcall.task}; {@code task-service.yml} tells what they mean.
 *
 * @param applicationId name of the Streams application: prefix of its internal topics and its consumer group
 */
@ConfigurationProperties("rollcall.task")
record TaskServiceSettings(
        @DefaultValue("rollcall-task") String applicationId,
        @DefaultValue("data/task-service") Path stateDir,
        @DefaultValue("") String instanceId,
        @DefaultValue("1") int threads,
        @DefaultValue("0") int standbyReplicas,
        @DefaultValue("10m") Duration earlyResultsKept,
        @DefaultValue("20000") int earlyResultsPerTask,
        @DefaultValue("60s") Duration verdictWait,
        @DefaultValue("31d") Duration retention,
        @DefaultValue("60s") Duration startWithin,
        @DefaultValue("60s") Duration auditGrace) {

    FoldSettings ofFold() {
        return new FoldSettings(earlyResultsKept, earlyResultsPerTask, verdictWait, retention);
    }
}
