package dev.rollcall.planner.domain;

/**
 * One command for each fit ODP of a stretch of places; the state of it is all that is needed to go on, whatever its length.
 *
 * @param next place to look at next
 * @param to place after the last
 * @param open commands sent and not ended, and slots in which an ODP settles
 * @param sent commands sent in all
 * @param left some were passed over that must not be taken down now
 */
public record Wave(Kind kind, int next, int to, int open, int sent, boolean left) {

    /** What a wave does. */
    public enum Kind {
        PRECHECK,
        LOOK,
        RESTART,
        STOP,
        /** Look, restart and settle, each ODP for itself in its slot. */
        WINDOW,
        START,
        SETTLE,
        ROLL_CALL
    }

    Wave passed() {
        return new Wave(kind, next + 1, to, open, sent, left);
    }

    Wave leftOne() {
        return new Wave(kind, next + 1, to, open, sent, true);
    }

    /** The rest of it follows another time. */
    Wave leftRest() {
        return new Wave(kind, to, to, open, sent, true);
    }

    Wave leavingOne() {
        return new Wave(kind, next, to, open, sent, true);
    }

    Wave heldOne() {
        return new Wave(kind, next, to, open + 1, sent, left);
    }

    Wave sentOne() {
        return new Wave(kind, next, to, open + 1, sent + 1, left);
    }

    Wave endedOne() {
        return new Wave(kind, next, to, open - 1, sent, left);
    }
}
