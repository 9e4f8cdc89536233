package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Blockers;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts failures of the admin login into the words of a result. */
final class Troubles {
    private Troubles() {}

    static TroubleException of(FailureCategory category, String code, String detail, @Nullable String advice) {
        return new TroubleException(Failure.of(category, code, detail, advice));
    }

    static TroubleException of(Odp odp, LoginException e) {
        return new TroubleException(failure(odp, e), e);
    }

    static Failure failure(Odp odp, LoginException e) {
        String at = odp.place() + ": " + e.words();
        return switch (e.kind()) {
            case NOT_LISTENING ->
                Failure.of(FailureCategory.TARGET, "NOT_LISTENING", at, "See the ODP's log on its host.");
            case SILENT ->
                Failure.of(
                        FailureCategory.TARGET,
                        "LOGIN_SILENT",
                        at,
                        "The process hangs, or a successor is just starting. See the ODP's log on its host.");
            case ACCESS_DENIED ->
                Failure.of(
                        FailureCategory.TARGET,
                        "LOGIN_DENIED",
                        at,
                        "Check the user and the password of credential '" + odp.adminCredential()
                                + "' at the agent against the ODP's obproxy_sys_password.");
            case ADDRESS_DENIED ->
                Failure.of(
                        FailureCategory.TARGET,
                        "LOGIN_ADDRESS_DENIED",
                        at,
                        "root@proxysys is let in from loopback and private addresses only: set adminAddress of the ODP to one it listens on,"
                                + " or skip_proxy_sys_private_check of the ODP to true. The password of credential '"
                                + odp.adminCredential() + "' may be right.");
            case FORWARDING_FORBIDDEN ->
                Failure.of(
                        FailureCategory.REFUSED,
                        "FORWARDING_FORBIDDEN",
                        at,
                        "Allow it in the host's sshd_config: AllowTcpForwarding yes (or local), and PermitOpen for the port.");
            case NO_CREDENTIAL ->
                Failure.of(
                        FailureCategory.REFUSED,
                        "NO_CREDENTIAL",
                        at,
                        "Add it to rollcall.agent.credentials of the agent. If it is there, the agent's log tells why its password file cannot be read.");
            case UNREACHABLE -> Failure.of(FailureCategory.UNREACHABLE, "UNREACHABLE", at, "Check host and network.");
            case STATEMENT_REFUSED -> statementRefused(at, e.errorCode());
            case BROKEN ->
                Failure.of(
                        FailureCategory.TARGET,
                        "LOGIN_BROKEN",
                        at,
                        "Retry; see the ODP's log on its host if it repeats.");
        };
    }

    /** Codes of odp-observed.md section 2. */
    private static Failure statementRefused(String at, int errorCode) {
        return switch (errorCode) {
            case 4147 ->
                Failure.of(
                        FailureCategory.TARGET,
                        "VALUE_REFUSED",
                        at + ": the value is not one this setting can have",
                        "Ask for another value; SHOW PROXYCONFIG LIKE '...' tells its range.");
            case 4016 ->
                Failure.of(
                        FailureCategory.TARGET,
                        "SETTINGS_CLOSED",
                        at + ": the process keeps no settings any more, as one that drains does",
                        "Somebody else has restarted this ODP, or its disk cannot be written. Look at its log, then retry.");
            case LoginException.UNKNOWN_SETTING ->
                Failure.of(
                        FailureCategory.TARGET,
                        "SETTING_UNKNOWN",
                        at + ": this version has no such setting",
                        "Use FORCE_RESTART: this ODP cannot be told to restart itself.");
            default -> Failure.of(FailureCategory.TARGET, "STATEMENT_REFUSED", at, "See the ODP's log on its host.");
        };
    }

    /** Where another process answers than was meant because the home has two ODPs on that port, nobody has restarted anything. */
    static Failure unlessSecond(Odp odp, HostView host, Failure failure) {
        return failure.category() != FailureCategory.CHANGED
                ? failure
                : Blockers.secondProcess(odp, host)
                        .map(reason -> Failure.of(
                                FailureCategory.REFUSED,
                                "SECOND_PROCESS",
                                odp.place() + " was left alone: " + reason,
                                "End the one that should not be there by its process number, then retry."))
                        .orElse(failure);
    }

    /** Adds the end of the first of these logs that has something in it; a host that cannot be asked for it changes nothing. */
    static TroubleException withLog(
            OdpHost hosts, Odp odp, @Nullable String odpRoot, List<String> logs, Failure failure) {
        if (failure.category() != FailureCategory.TARGET) {
            return new TroubleException(failure);
        }
        try {
            return new TroubleException(hosts.tail(odp, odpRoot, logs)
                    .map(tail -> failure.withLog(tail.file(), tail.text()))
                    .orElse(failure));
        } catch (TroubleException unreadable) {
            return new TroubleException(failure);
        }
    }
}
