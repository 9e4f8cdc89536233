package dev.rollcall.agent.app;

import dev.rollcall.agent.app.Observer.Depth;
import dev.rollcall.agent.app.Observer.Observation;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.Sight;
import dev.rollcall.agent.domain.TroubleException;
import dev.rollcall.agent.domain.Versions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is asked of an ODP that serves again, besides that it serves: its clients are served too, it has the right version, and its settings. */
final class AfterRestart {
    /** The first login of a business user makes a new process look for its database. */
    private static final Duration BUSINESS_PATIENCE = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofMillis(500);

    private AfterRestart() {}

    /** Looks again and again while only the business path is missing, for a bounded time. */
    static Observation look(Observer observer, Odp odp, HostLock lock, Settings settings, Deadline deadline)
            throws TroubleException, InterruptedException {
        Deadline patience = Deadline.in(deadline.leftAtMost(BUSINESS_PATIENCE));
        while (true) {
            Observation seen = observer.observe(odp, lock.look(), Depth.FACTS, settings.loginTimeout());
            boolean missing = seen.sight() instanceof Sight.Serves serves && serves.businessFlaw() != null;
            if (!missing || patience.passed()) {
                return seen;
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /**
     * What is wrong with it; null when nothing is.
     *
     * @param versionOnDisk what the binary said it is before the restart; null where it was not asked
     * @param lost names of settings that are not what they were
     */
    static @Nullable Failure flaw(
            Command command, Observation after, @Nullable String versionOnDisk, Set<String> lost) {
        Odp odp = command.odp();
        String version = Objects.requireNonNullElse(after.facts().version(), "");
        List<Failure> flaws = new ArrayList<>();
        if (!lost.isEmpty()) {
            flaws.add(
                    failure(
                            "SETTINGS_LOST",
                            odp.place() + " was restarted, and its settings are not what they were before: "
                                    + String.join(", ", lost),
                            "Compare SHOW PROXYCONFIG DIFF with what it should be and set them again; values may be secret and are not shown here."));
        }
        if (after.sight() instanceof Sight.Serves serves && serves.businessFlaw() != null) {
            flaws.add(failure(
                    "BUSINESS_PATH_LOST",
                    odp.place() + " was restarted and answers its administrator, but not its clients: "
                            + serves.businessFlaw(),
                    "Look at the log for why it does not reach its database; then retry."));
        }
        String expected = command.expectedVersion();
        if (expected != null && !Versions.meets(version, expected)) {
            flaws.add(failure(
                    "VERSION_NOT_EXPECTED",
                    odp.place() + " was restarted and is version " + said(version) + ", where " + expected
                            + " was expected",
                    "Put the right binary into " + odp.home() + "/bin, then restart it again."));
        } else if (versionOnDisk != null && !version.isEmpty() && !Versions.same(version, versionOnDisk)) {
            flaws.add(failure(
                    "VERSION_DIFFERS",
                    odp.place() + " was restarted and is version " + said(version)
                            + ", where the binary on disk had said " + versionOnDisk,
                    "See which binary it runs (/proc/PID/exe) and who changed it meanwhile."));
        }
        if (flaws.isEmpty()) {
            return null;
        }
        Failure first = flaws.get(0);
        return Failure.of(
                first.category(),
                first.code(),
                String.join(". ", flaws.stream().map(Failure::detail).toList()),
                first.advice());
    }

    private static String said(String version) {
        return version.isEmpty() ? "unknown" : version;
    }

    private static Failure failure(String code, String detail, String advice) {
        return Failure.of(
                FailureCategory.TARGET,
                code,
                detail,
                advice + " It runs in a new process: a retry looks at it and does not restart it again.");
    }

    /** Names of the settings that are not what they were. */
    static Set<String> lost(Map<String, String> before, Map<String, String> after, String except) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        names.removeIf(name -> name.equals(except) || Objects.equals(before.get(name), after.get(name)));
        return names;
    }
}
