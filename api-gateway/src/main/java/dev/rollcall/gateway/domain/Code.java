package dev.rollcall.gateway.domain;

/** The stable codes of refusals: OCP's where it has one, else our own. */
public enum Code {
    CLUSTER_UNKNOWN("ODP21001"),
    CLUSTER_EMPTY("ODP21115"),
    CLUSTER_BUSY("COM10005"),
    NOT_RUNNING("ODP21017"),
    VERSION_TOO_OLD("ODP21018"),
    ODP_UNKNOWN("ODP21019"),
    FORBIDDEN("IAM11000"),
    INVALID("RC22001"),
    NOT_RESTARTABLE("RC22002"),
    UNAUTHENTICATED("RC22101"),
    NOT_FOUND("RC22104"),
    METHOD_NOT_ALLOWED("RC22105"),
    NOT_ACCEPTABLE("RC22106"),
    CONTROL_REFUSED("RC22109"),
    GONE("RC22110"),
    PRECONDITION_FAILED("RC22112"),
    TOO_LARGE("RC22113"),
    UNSUPPORTED_MEDIA_TYPE("RC22115"),
    KEY_REUSED("RC22122"),
    FOREIGN_ORIGIN("RC22123"),
    FORGED("RC22124"),
    SLOWED_DOWN("RC22129"),
    INTERNAL("RC22150"),
    NOT_READY("RC22153"),
    NOT_PUBLISHED("RC22154"),
    PLANNER_SILENT("RC22155"),
    PROVIDER_AWAY("RC22156");

    private final String text;

    Code(String text) {
        this.text = text;
    }

    /** The code as it stands in documents. */
    public String text() {
        return text;
    }
}
