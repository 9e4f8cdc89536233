package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
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
                        "Check the password of credential '" + odp.adminCredential()
                                + "' at the agent. If it is right, the ODP may refuse the address: root@proxysys is let in from loopback and"
                                + " private addresses only, unless skip_proxy_sys_private_check is set.");
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
                        "Add it to rollcall.agent.credentials of the agent.");
            case UNREACHABLE -> Failure.of(FailureCategory.UNREACHABLE, "UNREACHABLE", at, "Check host and network.");
            case STATEMENT_REFUSED ->
                Failure.of(FailureCategory.TARGET, "STATEMENT_REFUSED", at, "See the ODP's log on its host.");
            case BROKEN ->
                Failure.of(
                        FailureCategory.TARGET,
                        "LOGIN_BROKEN",
                        at,
                        "Retry; see the ODP's log on its host if it repeats.");
        };
    }
}
