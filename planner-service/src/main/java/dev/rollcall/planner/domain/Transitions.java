package dev.rollcall.planner.domain;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The table of a state machine: what follows on what. An edge that is there twice, or leads out of a terminal state, is refused when
 * the table is made. Not changed afterwards, so that several threads may read it.
 */
final class Transitions<S extends Enum<S>, C extends Enum<C>> {
    private final Class<S> states;
    private final Class<C> causes;
    private final Predicate<S> terminal;
    private final Map<S, Map<C, S>> edges;

    Transitions(Class<S> states, Class<C> causes, Predicate<S> terminal) {
        this.states = states;
        this.causes = causes;
        this.terminal = terminal;
        this.edges = new EnumMap<>(states);
    }

    void edge(S from, C cause, S to) {
        if (terminal.test(from)) {
            throw new IllegalStateException("An edge leads out of the terminal state " + from);
        }
        if (edges.computeIfAbsent(from, state -> new EnumMap<>(causes)).put(cause, to) != null) {
            throw new IllegalStateException("Two edges lead from " + from + " by " + cause);
        }
    }

    /** The state that follows; an edge that the table does not know is a defect of the planner. */
    S after(S from, C cause) {
        S to = from(from).get(cause);
        if (to == null) {
            throw new IllegalStateException("No edge leads from " + from + " by " + cause);
        }
        return to;
    }

    /** What may follow a state. */
    Map<C, S> from(S from) {
        return edges.getOrDefault(from, Map.of());
    }

    /** The table as a Mermaid state diagram. */
    String mermaid(S begin) {
        StringBuilder text = new StringBuilder("stateDiagram-v2\n    [*] --> " + begin + "\n");
        edges.forEach((from, next) -> next.forEach((cause, to) -> text.append("    ")
                .append(from)
                .append(" --> ")
                .append(to)
                .append(": ")
                .append(cause.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .append('\n')));
        for (S state : states.getEnumConstants()) {
            if (terminal.test(state)) {
                text.append("    ").append(state).append(" --> [*]\n");
            }
        }
        return text.toString();
    }
}
