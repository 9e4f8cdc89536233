package dev.rollcall.emulator.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The client connections of this process, and what was counted about them. Safe for several threads. */
final class ClientSessions {

    private final Set<ClientSession> open = new LinkedHashSet<>();
    private long accepted;
    private long statements;

    /** Takes a connection in and numbers it: 1, 2, 3 .. in each process. */
    synchronized long add(ClientSession session) {
        open.add(session);
        return ++accepted;
    }

    synchronized void remove(ClientSession session) {
        open.remove(session);
    }

    synchronized void countStatement() {
        statements++;
    }

    /** Connections open now, administrators' among them. */
    synchronized int count() {
        return open.size();
    }

    synchronized List<ClientSession> all() {
        return new ArrayList<>(open);
    }

    /** The values SHOW PROXYSTAT REFRESH brings. */
    synchronized Map<String, Long> counters() {
        long working = open.stream().filter(ClientSession::isWorking).count();
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("total_client_connections_ipv4", accepted);
        values.put("total_client_connections", accepted);
        values.put("current_active_client_connections", working);
        values.put("current_client_connections", (long) open.size());
        values.put("global_client_connections_currently_open", (long) open.size());
        values.put("client_connections_currently_open", (long) open.size());
        values.put("total_query_count", statements);
        return values;
    }
}
