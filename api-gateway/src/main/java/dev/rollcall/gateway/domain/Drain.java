package dev.rollcall.gateway.domain;

/** When the next batch may begin: as soon as the new processes serve, or only when the old ones are gone. */
public enum Drain {
    OVERLAP,
    WAIT
}
