package dev.rollcall.task.domain;

/** Id of an ODP, unique in its cluster. */
public record OdpId(String value) {

    public OdpId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("OdpId must not be blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
