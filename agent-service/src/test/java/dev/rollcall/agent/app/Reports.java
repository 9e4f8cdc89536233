package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.ProcessIdentity;
import dev.rollcall.agent.domain.Report;
import java.util.List;
import java.util.Objects;

/** What a test wants of the reports of one command. */
final class Reports {
    private Reports() {}

    static Report last(List<Report> reports) {
        return reports.get(reports.size() - 1);
    }

    /** Of a command that succeeded. */
    static Facts facts(List<Report> reports) {
        Report last = last(reports);
        assertThat(last.type()).as("%s", last.failure()).isEqualTo(Report.Type.SUCCEEDED);
        return Objects.requireNonNull(last.facts());
    }

    /** Of a command that failed. */
    static Failure failure(List<Report> reports) {
        return Objects.requireNonNull(last(reports).failure());
    }

    static ProcessIdentity process(Facts facts) {
        return Objects.requireNonNull(facts.process());
    }
}
