package dev.rollcall.emulator.process;

import dev.rollcall.emulator.mysql.Answer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code KILL id}, {@code KILL CONNECTION id} and {@code KILL PROXYSESSION id [server session]}.
 *
 * <p>Whoever kills somebody else hears OK and the other connection ends without a word; whoever kills himself hears 1317 as the last word. The administrator may kill any
 * connection, a business user those of the same user. As the source of ODP tells it ({@code ob_kill_op_handler.cpp}); not recorded.
 */
final class KillStatement {

    private static final Pattern KILL = Pattern.compile(
            "kill\\s+(?:proxysession\\s+(\\d+)(?:\\s+(\\d+))?|(?:connection\\s+)?(\\d+))", Pattern.CASE_INSENSITIVE);

    private KillStatement() {}

    static Answer answer(String text, OdpProcess odp, ClientSession session, Predicate<ClientSession> permitted) {
        Matcher matcher = KILL.matcher(text);
        if (!matcher.matches()) {
            return AdminStatements.BAD_COMMAND;
        }
        String id = matcher.group(1) == null ? matcher.group(3) : matcher.group(1);
        for (ClientSession each : odp.sessions().all()) {
            if (String.valueOf(each.id()).equals(id)) {
                if (matcher.group(2) != null) {
                    // Without a database no connection has a server session.
                    return unknown(matcher.group(2));
                }
                return kill(each, session, permitted);
            }
        }
        return unknown(id);
    }

    private static Answer kill(ClientSession target, ClientSession session, Predicate<ClientSession> permitted) {
        if (target == session) {
            return new Answer.Farewell(new Answer.Refusal(1317, "70100", "Query execution was interrupted"));
        }
        if (!permitted.test(target)) {
            return new Answer.Refusal(1095, "HY000", "You are not owner of thread " + target.id());
        }
        target.cut();
        return new Answer.Ok(0);
    }

    static Answer unknown(String id) {
        return new Answer.Refusal(1094, "HY000", "Unknown thread id: " + id);
    }
}
