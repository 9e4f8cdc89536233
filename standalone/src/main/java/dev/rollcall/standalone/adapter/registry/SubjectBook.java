package dev.rollcall.standalone.adapter.registry;

import dev.rollcall.standalone.adapter.registry.RegistryEvent.LevelSet;
import dev.rollcall.standalone.adapter.registry.RegistryEvent.SubjectDeleted;
import dev.rollcall.standalone.adapter.registry.RegistryEvent.VersionStored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the registry, without topic and without HTTP. An operation that changes something only says which events
 * would do so; {@link #replay} alone changes the book, the same way when live and after a restart.
 *
 * <ol>
 *   <li>Two schemas are the same when their parsed texts are: white space does not count, docs, defaults and order do.
 *   <li>The same schema has one id in all subjects; an id is never given twice.
 *   <li>A new version must satisfy the subject's level against its versions that are not deleted.
 *   <li>Deleting hides; it never makes an id unreadable.
 * </ol>
 *
 * <p>Not safe for use by several threads at once.
 */
final class SubjectBook {

    /**
     * Rollcall's topics are read from the start by programs both older and newer than the writer, so every version must be
     * able to read every other. A subject of somebody else's can have a level of its own.
     */
    static final Compatibility DEFAULT_LEVEL = Compatibility.FULL_TRANSITIVE;

    static final String LATEST = "latest";

    /** What an operation answers, and the events that have to be kept before it may be answered. */
    record Decision<T>(T answer, List<RegistryEvent> events) {}

    /** One version of one subject. */
    record Version(String subject, int version, int id, String schema, boolean deleted) {}

    private final TreeMap<Integer, String> schemas = new TreeMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, Schema> parsed = new HashMap<>();
    private final TreeMap<String, NavigableMap<Integer, Version>> subjects = new TreeMap<>();
    private final Map<String, Compatibility> levels = new HashMap<>();
    private Compatibility globalLevel = DEFAULT_LEVEL;

    void replay(RegistryEvent event) {
        if (event instanceof VersionStored stored) {
            schemas.put(stored.id(), stored.schema());
            // A text may have two ids in a topic that another registry wrote; then the older one is it.
            ids.merge(stored.schema(), stored.id(), Math::min);
            subjects.computeIfAbsent(stored.subject(), s -> new TreeMap<>())
                    .put(
                            stored.version(),
                            new Version(
                                    stored.subject(),
                                    stored.version(),
                                    stored.id(),
                                    stored.schema(),
                                    stored.deleted()));
        } else if (event instanceof SubjectDeleted deleted) {
            allVersions(deleted.subject())
                    .headMap(deleted.version(), true)
                    .replaceAll((n, v) -> new Version(v.subject(), v.version(), v.id(), v.schema(), true));
        } else if (event instanceof LevelSet set) {
            replayLevel(set.subject(), set.level());
        }
    }

    private void replayLevel(@Nullable String subject, @Nullable Compatibility level) {
        if (subject == null) {
            globalLevel = level == null ? DEFAULT_LEVEL : level;
        } else if (level == null) {
            levels.remove(subject);
        } else {
            levels.put(subject, level);
        }
    }

    // Reading

    List<String> subjects(String prefix, boolean withDeleted) {
        return subjects.tailMap(prefix, true).keySet().stream()
                .takeWhile(s -> s.startsWith(prefix))
                .filter(s -> !versions(s, withDeleted).isEmpty())
                .toList();
    }

    List<Integer> versionNumbers(String subject, boolean withDeleted) {
        List<Version> found = versions(subject, withDeleted);
        if (found.isEmpty()) {
            throw RegistryException.subjectNotFound(subject);
        }
        return found.stream().map(Version::version).toList();
    }

    /** @param version a number, {@value #LATEST}, or -1 which means the same */
    Version version(String subject, String version, boolean withDeleted) {
        int number = versionNumber(version);
        List<Version> found = versions(subject, withDeleted);
        if (found.isEmpty()) {
            throw RegistryException.subjectNotFound(subject);
        }
        if (number == LATEST_NUMBER) {
            return found.get(found.size() - 1);
        }
        return found.stream()
                .filter(v -> v.version() == number)
                .findFirst()
                .orElseThrow(() -> RegistryException.versionNotFound(version));
    }

    String schemaById(int id) {
        String schema = schemas.get(id);
        if (schema == null) {
            throw RegistryException.schemaNotFound();
        }
        return schema;
    }

    /** Where the schema is used, by subject and version. */
    List<Version> versionsOfId(int id, boolean withDeleted) {
        schemaById(id);
        return subjects.values().stream()
                .flatMap(versions -> versions.values().stream())
                .filter(v -> v.id() == id && (withDeleted || !v.deleted()))
                .toList();
    }

    /** The version of the subject that has this schema. */
    Version lookUp(String subject, String schemaText, boolean withDeleted) {
        String text = parse(schemaText).toString();
        List<Version> found = versions(subject, withDeleted);
        if (found.isEmpty()) {
            throw RegistryException.subjectNotFound(subject);
        }
        return withText(found, text).orElseThrow(RegistryException::schemaNotFound);
    }

    Compatibility globalLevel() {
        return globalLevel;
    }

    Optional<Compatibility> ownLevel(String subject) {
        return Optional.ofNullable(levels.get(subject));
    }

    Compatibility levelOf(String subject) {
        return ownLevel(subject).orElse(globalLevel);
    }

    /** @return what stands between the schema and the subject's versions as far as its level looks; empty: nothing */
    List<String> violations(String subject, String schemaText) {
        return levelOf(subject).violations(parse(schemaText), parsedVersions(subject));
    }

    /** @return what stands between the schema and that one version; a subject without versions has nothing to say */
    List<String> violations(String subject, String version, String schemaText) {
        Schema candidate = parse(schemaText);
        if (versionNumber(version) == LATEST_NUMBER && versions(subject, false).isEmpty()) {
            return List.of();
        }
        Version one = version(subject, version, false);
        return levelOf(subject).violations(candidate, List.of(parsed(one)));
    }

    // Deciding

    /** @return the schema's id */
    Decision<Integer> register(String subject, String schemaText) {
        requireName(subject);
        Schema schema = parse(schemaText);
        String text = schema.toString();
        Optional<Version> there = withText(versions(subject, false), text);
        if (there.isPresent()) {
            return new Decision<>(there.get().id(), List.of());
        }
        Compatibility level = levelOf(subject);
        List<String> violations = level.violations(schema, parsedVersions(subject));
        if (!violations.isEmpty()) {
            throw RegistryException.incompatible(subject, level, violations);
        }
        Integer known = ids.get(text);
        int id = known != null ? known : (schemas.isEmpty() ? 1 : schemas.lastKey() + 1);
        NavigableMap<Integer, Version> all = allVersions(subject);
        int version = all.isEmpty() ? 1 : all.lastKey() + 1;
        return new Decision<>(id, List.of(new VersionStored(subject, version, id, text, false)));
    }

    /** @return the numbers of the versions that are hidden by this */
    Decision<List<Integer>> deleteSubject(String subject) {
        List<Version> living = versions(subject, false);
        if (living.isEmpty()) {
            throw allVersions(subject).isEmpty()
                    ? RegistryException.subjectNotFound(subject)
                    : RegistryException.subjectSoftDeleted(subject);
        }
        List<Integer> numbers = living.stream().map(Version::version).toList();
        return new Decision<>(numbers, List.of(new SubjectDeleted(subject, numbers.get(numbers.size() - 1))));
    }

    /** @return the number of the version */
    Decision<Integer> deleteVersion(String subject, String version) {
        Version gone = version(subject, version, versionNumber(version) != LATEST_NUMBER);
        if (gone.deleted()) {
            throw RegistryException.versionSoftDeleted(subject, gone.version());
        }
        return new Decision<>(
                gone.version(), List.of(new VersionStored(subject, gone.version(), gone.id(), gone.schema(), true)));
    }

    /** @param subject null for the level of all subjects that have none of their own */
    Decision<Compatibility> setLevel(@Nullable String subject, String name) {
        if (subject != null) {
            requireName(subject);
        }
        Compatibility level = Compatibility.named(name).orElseThrow(RegistryException::invalidLevel);
        return new Decision<>(level, List.of(new LevelSet(subject, level)));
    }

    /** @return the level that the subject gives up */
    Decision<Compatibility> removeLevel(String subject) {
        Compatibility old = ownLevel(subject).orElseThrow(() -> RegistryException.noLevelOfItsOwn(subject));
        return new Decision<>(old, List.of(new LevelSet(subject, null)));
    }

    /** @return the level that had been set */
    Decision<Compatibility> removeGlobalLevel() {
        return new Decision<>(globalLevel, List.of(new LevelSet(null, null)));
    }

    // Parts

    private static final int LATEST_NUMBER = -1;

    private static int versionNumber(String version) {
        if (version.equals(LATEST) || version.equals("-1")) {
            return LATEST_NUMBER;
        }
        try {
            int number = Integer.parseInt(version);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw RegistryException.invalidVersion(version);
        }
        throw RegistryException.invalidVersion(version);
    }

    private static void requireName(String subject) {
        if (subject.isBlank() || subject.chars().anyMatch(Character::isISOControl)) {
            throw RegistryException.invalidSubject(subject);
        }
    }

    private static Schema parse(String schemaText) {
        if (schemaText.isBlank()) {
            throw RegistryException.invalidSchema("it is empty");
        }
        try {
            return new Schema.Parser().parse(schemaText);
        } catch (AvroRuntimeException e) {
            throw RegistryException.invalidSchema(String.valueOf(e.getMessage()));
        } catch (NullPointerException | ClassCastException | IllegalArgumentException e) {
            // How Avro 1.12's parser fails on a type that is named but not defined, and on some JSON of a wrong shape.
            throw RegistryException.invalidSchema(
                    "it names a type that it does not define, or is none of Avro's shapes");
        }
    }

    private NavigableMap<Integer, Version> allVersions(String subject) {
        return subjects.getOrDefault(subject, new TreeMap<>());
    }

    /** Oldest first. */
    private List<Version> versions(String subject, boolean withDeleted) {
        Collection<Version> all = allVersions(subject).values();
        return all.stream().filter(v -> withDeleted || !v.deleted()).toList();
    }

    private List<Schema> parsedVersions(String subject) {
        List<Schema> found = new ArrayList<>();
        for (Version version : versions(subject, false)) {
            found.add(parsed(version));
        }
        return found;
    }

    private Schema parsed(Version version) {
        return parsed.computeIfAbsent(version.id(), id -> parse(version.schema()));
    }

    /** The newest of them: a schema may have been deleted and registered again. */
    private static Optional<Version> withText(List<Version> versions, String text) {
        return versions.stream().filter(v -> v.schema().equals(text)).reduce((older, newer) -> newer);
    }
}
