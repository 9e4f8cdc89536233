package dev.rollcall.standalone.adapter.registry;

import java.util.List;

/** A request the registry refuses, with the error code that Confluent's clients look for. */
final class RegistryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int errorCode;

    private RegistryException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    /** An HTTP status, or one of Confluent's codes of five digits that begin with the status. */
    int errorCode() {
        return errorCode;
    }

    int httpStatus() {
        return errorCode >= 10_000 ? errorCode / 100 : errorCode;
    }

    static RegistryException subjectNotFound(String subject) {
        return new RegistryException(40401, "Subject '" + subject + "' not found.");
    }

    static RegistryException versionNotFound(String version) {
        return new RegistryException(40402, "Version " + version + " not found.");
    }

    static RegistryException schemaNotFound() {
        return new RegistryException(40403, "Schema not found");
    }

    static RegistryException subjectSoftDeleted(String subject) {
        return new RegistryException(
                40404, "Subject '" + subject + "' was already deleted; register a schema to bring it back.");
    }

    static RegistryException versionSoftDeleted(String subject, int version) {
        return new RegistryException(
                40406, "Version " + version + " of subject '" + subject + "' was already deleted.");
    }

    static RegistryException noLevelOfItsOwn(String subject) {
        return new RegistryException(
                40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
    }

    static RegistryException incompatible(String subject, Compatibility level, List<String> violations) {
        return new RegistryException(
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"" + subject + "\" (level "
                        + level + "), details: " + violations);
    }

    static RegistryException invalidSchema(String reason) {
        return new RegistryException(42201, "Invalid schema: " + reason);
    }

    static RegistryException invalidVersion(String version) {
        return new RegistryException(
                42202,
                "The specified version '" + version
                        + "' is not a valid version id. Allowed are numbers from 1 to 2147483647 and \"latest\"");
    }

    static RegistryException invalidLevel() {
        return new RegistryException(
                42203,
                "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive,"
                        + " forward_transitive, and full_transitive");
    }

    static RegistryException invalidSubject(String subject) {
        return new RegistryException(42208, "The specified subject '" + subject + "' is not a valid subject name");
    }

    /** Confluent's registry has it and this one does not: say so rather than answer something else. */
    static RegistryException unsupported(String what) {
        return new RegistryException(422, what);
    }

    static RegistryException plain(int status, String message) {
        return new RegistryException(status, message);
    }

    static RegistryException storeFailed(String reason) {
        return new RegistryException(
                50001,
                "The registry could not write to its topic (" + reason + "). Nothing is known to be lost; try again.");
    }
}
