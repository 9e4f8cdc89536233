package dev.rollcall.standalone.adapter.registry;

import org.jspecify.annotations.Nullable;

/** One change of the registry: what its topic holds, and the only thing that changes a {@link SubjectBook}. */
sealed interface RegistryEvent {

    /** @param deleted the version is hidden; its id can still be read, since records on topics name it */
    record VersionStored(String subject, int version, int id, String schema, boolean deleted)
            implements RegistryEvent {}

    /** All versions up to and including that one are hidden. */
    record SubjectDeleted(String subject, int version) implements RegistryEvent {}

    /**
     * @param subject null for the level of all subjects that have none of their own
     * @param level null when the subject gives up its own level
     */
    record LevelSet(@Nullable String subject, @Nullable Compatibility level) implements RegistryEvent {}
}
