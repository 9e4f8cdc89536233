package dev.rollcall.emulator.process;

import dev.rollcall.emulator.mysql.Answer;
import dev.rollcall.emulator.mysql.Column;
import java.util.List;
import java.util.Locale;

/**
 * The pretended database behind the ODP, for a business user: enough for a client that opens connections, holds transactions and asks {@code SELECT 1}. Off unless the
 * installation switched it on; a real ODP without a database closes such connections instead.
 */
final class BusinessStatements implements Statements {

    private static final int IN_TRANSACTION = 1;
    private static final int AUTOCOMMIT = 2;

    private final OdpProcess odp;
    private final ClientSession session;
    private boolean inTransaction;

    BusinessStatements(OdpProcess odp, ClientSession session) {
        this.odp = odp;
        this.session = session;
    }

    @Override
    public int status() {
        return AUTOCOMMIT | (inTransaction ? IN_TRANSACTION : 0);
    }

    @Override
    public Answer answer(String sql) {
        String text = SqlText.normalized(sql);
        switch (text) {
            // Anybody may ask the ODP itself these.
            case "ping proxy" -> {
                return odp.hotRestart().accepting() ? new Answer.Ok(status()) : new Answer.Hangup();
            }
            case "show proxysession" -> {
                return SessionTables.sessions(odp);
            }
            case "show processlist" -> {
                return SessionTables.processes(odp, this::isSameUser);
            }
            default -> {
                return askDatabase(sql, text);
            }
        }
    }

    private boolean isSameUser(ClientSession other) {
        return other.tenant().equals(session.tenant()) && other.user().equals(session.user());
    }

    private Answer askDatabase(String sql, String text) {
        if (text.startsWith("kill ")) {
            return KillStatement.answer(text, odp, session, this::isSameUser);
        }
        if (text.equals("select 1") || text.equals("select 1 from dual")) {
            return new Answer.Rows(List.of(Column.bigint("1")), List.of(List.of("1")), status());
        }
        if (text.equals("begin") || text.startsWith("start transaction")) {
            inTransaction = true;
            return new Answer.Ok(status());
        }
        if (text.equals("commit") || text.equals("rollback")) {
            inTransaction = false;
            return new Answer.Ok(status());
        }
        if (text.startsWith("set ") || text.startsWith("use ")) {
            return new Answer.Ok(status());
        }
        String word = sql.strip().split("\\s", 2)[0].toUpperCase(Locale.ROOT);
        return new Answer.Refusal(1235, "0A000", "The pretended database knows no such statement: " + word);
    }
}
