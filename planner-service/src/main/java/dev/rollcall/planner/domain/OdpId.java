package dev.rollcall.planner.domain;

/** Id of an ODP, unique in its cluster. */
public record OdpId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
