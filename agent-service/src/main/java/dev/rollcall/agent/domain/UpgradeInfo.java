package dev.rollcall.agent.domain;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code SHOW PROXYINFO UPGRADE} says (odp-observed.md section 2). The text looks like JSON and is not; older versions lack some
 * of its keys.
 *
 * @param state of the hot upgrade, {@value #IDLE} when nothing goes on
 * @param subPid the child, -1 without one
 * @param needConnAccept false from the fork until the child serves or is given up
 * @param isInherited the process took its socket over from a predecessor
 * @param gracefulExitEndNanos when a draining process will leave, in nanoseconds since 1970; 0 when it does not drain
 * @param rollbackAtNanos set when a hot restart begins, and never reset by its end
 * @param executable argv[0], which the process will execute as its successor
 */
public record UpgradeInfo(
        String state,
        long subPid,
        boolean needConnAccept,
        boolean isInherited,
        boolean isParent,
        long gracefulExitStartNanos,
        long gracefulExitEndNanos,
        long rollbackAtNanos,
        String subStatus,
        @Nullable String executable) {

    public static final String IDLE = "HU_STATE_WAIT_HU_CMD";

    private static final Pattern EXECUTABLE = Pattern.compile("[ ,]argv\\[0]=\"([^\"]*)\"");

    /**
     * @throws IllegalArgumentException when the state is not in the text
     */
    public static UpgradeInfo parse(String text) {
        String state = quoted(text, "state");
        if (state == null) {
            throw new IllegalArgumentException("SHOW PROXYINFO UPGRADE does not say its state");
        }
        String subStatus = quoted(text, "sub_status");
        Matcher executable = EXECUTABLE.matcher(text);
        return new UpgradeInfo(
                state,
                number(text, "sub_pid", -1),
                !"false".equals(bare(text, "need_conn_accept")),
                "true".equals(bare(text, "is_inherited")),
                !"false".equals(bare(text, "is_parent")),
                number(text, "graceful_exit_start_time", 0),
                number(text, "graceful_exit_end_time", 0),
                number(text, "timeout_rollback_timeout_at", 0),
                subStatus == null ? "" : subStatus,
                executable.find() ? executable.group(1) : null);
    }

    /** Nothing goes on: a restart may be asked for, or one has ended here. */
    public boolean idle() {
        return state.equals(IDLE);
    }

    /** This process leaves, its successor serves. */
    public boolean draining() {
        return gracefulExitStartNanos > 0 || gracefulExitEndNanos > 0;
    }

    private static @Nullable String quoted(String text, String key) {
        Matcher m = Pattern.compile("[{, ]" + key + ":\"([^\"]*)\"").matcher(text);
        return m.find() ? m.group(1) : null;
    }

    private static @Nullable String bare(String text, String key) {
        Matcher m = Pattern.compile("[{, ]" + key + ":([^,}]*)").matcher(text);
        return m.find() ? m.group(1) : null;
    }

    private static long number(String text, String key, long otherwise) {
        String value = bare(text, key);
        if (value == null || !value.strip().matches("-?\\d+")) {
            return otherwise;
        }
        return Long.parseLong(value.strip());
    }
}
