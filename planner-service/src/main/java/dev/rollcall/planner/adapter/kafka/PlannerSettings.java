package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.CommandKind;
import dev.rollcall.planner.domain.PlanSettings;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/** Settings under {@code rollcall.planner}; see {@code planner-service.yml} for what each means. */
@Validated
@ConfigurationProperties("rollcall.planner")
record PlannerSettings(
        @NotBlank @DefaultValue("rollcall-planner") String applicationId,
        @DefaultValue("data/planner-service") Path stateDir,
        @DefaultValue("") String instanceId,
        @Min(1) @Max(64) @DefaultValue("1") int threads,
        @Min(0) @DefaultValue("0") int standbyReplicas,
        @Min(0) @DefaultValue("10") int maxThreadReplacements,
        @DurationMin(seconds = 1) @DefaultValue("PT60S") Duration connectWithin,

        @Pattern(regexp = "[0-9]+(\\.[0-9]+)*", message = "must be a version such as 3.2.1") @DefaultValue("3.2.1")
        String minHotRestartVersion,

        @DurationMin(seconds = 1) @DurationMax(days = 7) @DefaultValue("PT15M")
        Duration maxRequestAge,

        @DurationMin(seconds = 1) @DurationMax(days = 30) @DefaultValue("PT24H")
        Duration haltedTimeout,

        @DurationMin(seconds = 1) @DurationMax(days = 1) @DefaultValue("PT30M")
        Duration maxDrainWait,

        @Valid @DefaultValue StartWithin startWithin,
        @Valid @DefaultValue RunWithin runWithin,
        @DurationMin(millis = 0) @DefaultValue("PT15S") Duration runGrace,
        @DurationMin(millis = 100) @DefaultValue("PT4S") Duration resendInterval,
        @DurationMin(seconds = 1) @DefaultValue("PT30S") Duration silence,
        @Min(1) @Max(100_000) @DefaultValue("1000") int maxOpenCommands,
        @DurationMin(millis = 10) @DefaultValue("PT3S") Duration lookAgainAfter,
        @Min(1) @Max(100) @DefaultValue("4") int looks,
        @DurationMin(millis = 0) @DefaultValue("PT1M") Duration rollCallWithin,
        @DurationMin(seconds = 1) @DefaultValue("PT1M") Duration freeAfter,
        @DurationMin(days = 31) @DefaultValue("P31D") Duration rememberEnded) {

    /** How long a command may wait for its start, by kind. */
    record StartWithin(
            @DurationMin(millis = 100) @DefaultValue("PT60S")
            Duration probe,

            @DurationMin(millis = 100) @DefaultValue("PT120S")
            Duration hotRestart,

            @DurationMin(millis = 100) @DefaultValue("PT120S")
            Duration stop,

            @DurationMin(millis = 100) @DefaultValue("PT120S")
            Duration start) {}

    /** How long the work of a command may take, by kind; the drain time comes on top for a hot restart. */
    record RunWithin(
            @DurationMin(millis = 100) @DefaultValue("PT30S")
            Duration probe,

            @DurationMin(millis = 100) @DefaultValue("PT5M") Duration hotRestart,
            @DurationMin(millis = 100) @DefaultValue("PT2M") Duration stop,
            @DurationMin(millis = 100) @DefaultValue("PT3M") Duration start) {}

    PlanSettings plan() {
        return new PlanSettings(
                minHotRestartVersion,
                maxRequestAge,
                haltedTimeout,
                maxDrainWait,
                Map.of(
                        CommandKind.PROBE, startWithin.probe(),
                        CommandKind.HOT_RESTART, startWithin.hotRestart(),
                        CommandKind.STOP, startWithin.stop(),
                        CommandKind.START, startWithin.start()),
                Map.of(
                        CommandKind.PROBE, runWithin.probe(),
                        CommandKind.HOT_RESTART, runWithin.hotRestart(),
                        CommandKind.STOP, runWithin.stop(),
                        CommandKind.START, runWithin.start()),
                runGrace,
                resendInterval,
                silence,
                maxOpenCommands,
                lookAgainAfter,
                looks,
                rollCallWithin,
                freeAfter,
                rememberEnded);
    }
}
