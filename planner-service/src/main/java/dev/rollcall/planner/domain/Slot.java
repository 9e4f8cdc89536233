package dev.rollcall.planner.domain;

/** What an ODP holds a slot of a window for while nothing is done to it. */
public enum Slot {
    /** It is looked at before its restart begins. */
    LOOK,
    /** It was restarted and must stay Running before the slot is free. */
    SETTLE,
    /** A pause or a halt ended that: it holds no slot, and settles anew when the window goes on. */
    UNSETTLED
}
