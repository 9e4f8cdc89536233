package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.Odp;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.RestartRequest;
import dev.rollcall.gateway.domain.Sighting;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that the gateway knows, as it was read from the topics. One thread applies records, any thread reads. Records of different
 * topics come in any order between each other: nothing here depends on it.
 *
 * <p>Bounded: at most {@code mostTasks} tasks, but those asked for with an idempotency key within a day (at most {@value
 * #KEYED_TASKS_AT_MOST} times as many); as many requests that nobody took up; and rows and events of at most {@code mostDetailed} ended ones. Those that
 * ended last are kept, in whatever order the records came, so that all gateways keep the same.
 */
public final class Views {

    /** How long a request that nobody took up makes its cluster count as busy; after that nothing is known about it. */
    static final Duration PENDING_COUNTS = Duration.ofMinutes(1);

    /** How long an idempotency key stands for its task. */
    static final Duration KEYS_ARE_KEPT = Duration.ofHours(24);

    /** Times {@code mostTasks}: no more tasks are kept for their keys. */
    static final int KEYED_TASKS_AT_MOST = 5;

    /** Where a task stands among others by a moment of its life; the latest come first, and of one moment the highest ids, which rise. */
    private record Place(Instant at, TaskId task) implements Comparable<Place> {
        private static final TaskId LOWEST = new TaskId("-");

        /** Behind all of a moment. */
        private static Place behind(Instant at) {
            return new Place(at, LOWEST);
        }

        @Override
        public int compareTo(Place other) {
            int byTime = other.at.compareTo(at);
            return byTime != 0 ? byTime : other.task.compareTo(task);
        }
    }

    /** What is known of one task. The fields are written by the one applying thread. */
    private static final class Entry {
        private final TaskId id;
        private volatile @Nullable RestartRequest request;
        private volatile @Nullable Task pending;
        private volatile @Nullable Task task;
        private @Nullable Place requested;
        private @Nullable ClusterId requestedOn;
        private @Nullable Place finished;
        private volatile boolean detailsGone;
        private volatile @Nullable ClusterId cluster;
        private final NavigableMap<OdpId, TaskOdp> rows = new ConcurrentSkipListMap<>();
        /** How many of the rows tell a batch: counted along, since this is asked at every row of 10,000. */
        private final AtomicInteger planned = new AtomicInteger();

        private volatile Timeline timeline = new Timeline();
        private volatile long revision;

        private Entry(TaskId id) {
            this.id = id;
        }

        private @Nullable Task seen() {
            Task known = task;
            return known != null ? known : pending;
        }
    }

    private final int mostTasks;
    private final int mostDetailed;
    private final Map<ClusterId, Cluster> clusters = new ConcurrentSkipListMap<>();
    private final Map<ClusterId, NavigableMap<OdpId, Odp>> odps = new ConcurrentHashMap<>();
    private final Map<ClusterId, Map<OdpId, Sighting>> sightings = new ConcurrentHashMap<>();
    private final Map<TaskId, Entry> tasks = new ConcurrentHashMap<>();
    private final Map<ClusterId, Set<TaskId>> open = new ConcurrentHashMap<>();
    private final NavigableMap<Place, Entry> newest = new ConcurrentSkipListMap<>();
    private final Map<ClusterId, NavigableMap<Place, Entry>> newestOf = new ConcurrentHashMap<>();
    private final Map<ClusterId, String> mentioned = new ConcurrentHashMap<>();
    private final NavigableMap<Place, Entry> failed = new ConcurrentSkipListMap<>();
    private final NavigableSet<Place> ended = new TreeSet<>();
    private final NavigableSet<Place> detailed = new TreeSet<>();
    private final List<Consumer<Change>> watchers = new CopyOnWriteArrayList<>();
    private final Map<TaskId, List<Runnable>> taskWatchers = new ConcurrentHashMap<>();
    private final ReadPositions positions = new ReadPositions();
    private final RecentChanges recent;
    private final Set<Change> stale = ConcurrentHashMap.newKeySet();
    /** Counts the changes of tasks and their rows. */
    private long changes;

    /** Entries of which no snapshot has been read. */
    private int unclaimed;

    /** When the last of the tasks ended that have been forgotten. */
    private Instant forgottenUntil = Instant.MIN;

    private @Nullable LogPosition reading;
    private volatile boolean caughtUp;

    /**
     * @param mostTasks how many tasks are kept
     * @param mostDetailed for how many ended tasks rows and events are kept
     * @param mostRecent how many of the latest changes are kept for who comes back to a stream
     */
    public Views(int mostTasks, int mostDetailed, int mostRecent) {
        this.mostTasks = mostTasks;
        this.mostDetailed = mostDetailed;
        this.recent = new RecentChanges(mostRecent);
    }

    // ---- what was read ----

    /** Says which record it is that is applied next, by the applying thread. */
    public void reading(LogPosition position) {
        reading = position;
    }

    public void apply(Cluster cluster) {
        clusters.put(cluster.id(), cluster);
        mentioned.remove(cluster.id());
        tell(new Change.ClusterChanged(cluster.id()));
    }

    public void removeCluster(ClusterId cluster) {
        clusters.remove(cluster);
        mentioned.remove(cluster);
        tell(new Change.ClusterChanged(cluster));
    }

    public void apply(Odp odp) {
        odps.computeIfAbsent(odp.cluster(), key -> new ConcurrentSkipListMap<>())
                .put(odp.id(), odp);
        mentioned.remove(odp.cluster());
        tell(new Change.OdpChanged(odp.cluster(), odp.id()));
    }

    public void removeOdp(ClusterId cluster, OdpId odp) {
        Map<OdpId, Odp> ofCluster = odps.get(cluster);
        if (ofCluster != null) {
            ofCluster.remove(odp);
            if (ofCluster.isEmpty()) {
                odps.remove(cluster);
            }
        }
        mentioned.remove(cluster);
        tell(new Change.OdpChanged(cluster, odp));
    }

    public void apply(Sighting sighting) {
        Sighting before = sightings
                .computeIfAbsent(sighting.cluster(), key -> new ConcurrentHashMap<>())
                .put(sighting.odp(), sighting);
        if (stale.remove(new Change.OdpChanged(sighting.cluster(), sighting.odp()))
                || before == null
                || !sameToPeople(before, sighting)) {
            tell(new Change.OdpChanged(sighting.cluster(), sighting.odp()));
        }
    }

    /** A heartbeat says nothing new. */
    private static boolean sameToPeople(Sighting a, Sighting b) {
        return a.state() == b.state()
                && a.draining() == b.draining()
                && Objects.equals(a.version(), b.version())
                && Objects.equals(a.pid(), b.pid())
                && Objects.equals(a.clients(), b.clients())
                && Objects.equals(a.exitTimeoutMicros(), b.exitTimeoutMicros())
                && Objects.equals(a.detail(), b.detail())
                && a.isFresh(b.receivedAt());
    }

    public void removeSighting(ClusterId cluster, OdpId odp) {
        stale.remove(new Change.OdpChanged(cluster, odp));
        Map<OdpId, Sighting> ofCluster = sightings.get(cluster);
        if (ofCluster != null) {
            ofCluster.remove(odp);
            if (ofCluster.isEmpty()) {
                sightings.remove(cluster);
            }
        }
        tell(new Change.OdpChanged(cluster, odp));
    }

    /** A request: the first one of a task is the task, later ones with the same id change nothing. */
    public void apply(RestartRequest request) {
        Entry entry = entry(request.task());
        if (entry.request != null) {
            return;
        }
        entry.request = request;
        entry.pending = Task.pending(request);
        entry.cluster = request.cluster();
        if (entry.task == null) {
            opened(request.cluster(), request.task());
            place(entry, request.cluster(), request.requestedAt());
        }
        changed(entry, request.cluster());
        forgetOldTasks();
    }

    private void place(Entry entry, ClusterId cluster, Instant requestedAt) {
        Place place = new Place(requestedAt, entry.id);
        if (place.equals(entry.requested) && cluster.equals(entry.requestedOn)) {
            return;
        }
        forgetRequest(entry);
        entry.requested = place;
        entry.requestedOn = cluster;
        newest.put(place, entry);
        newestOf.computeIfAbsent(cluster, key -> new ConcurrentSkipListMap<>()).put(place, entry);
    }

    private void forgetRequest(Entry entry) {
        Place place = entry.requested;
        ClusterId cluster = entry.requestedOn;
        if (place == null || cluster == null) {
            return;
        }
        newest.remove(place);
        Map<Place, Entry> ofCluster = newestOf.get(cluster);
        if (ofCluster != null) {
            ofCluster.remove(place);
            if (ofCluster.isEmpty()) {
                newestOf.remove(cluster);
            }
        }
    }

    private void placeEnd(Entry entry, Task task) {
        Instant at = task.finishedAt();
        Place place = new Place(at == null ? task.requestedAt() : at, entry.id);
        forgetEnd(entry);
        entry.finished = place;
        ended.add(place);
        if (!entry.detailsGone) {
            detailed.add(place);
        }
        if (task.state().failed()) {
            failed.put(place, entry);
        }
    }

    private void forgetEnd(Entry entry) {
        Place place = entry.finished;
        if (place != null) {
            ended.remove(place);
            detailed.remove(place);
            failed.remove(place);
        }
    }

    public void apply(Task task) {
        Entry entry = entry(task.id());
        Task before = entry.task;
        if (before != null && before.version() > task.version()) {
            return;
        }
        if (before == null) {
            unclaimed--;
        }
        entry.task = task;
        entry.cluster = task.cluster();
        place(entry, task.cluster(), task.requestedAt());
        if (task.state().terminal()) {
            closed(task.cluster(), task.id());
            placeEnd(entry, task);
        } else {
            opened(task.cluster(), task.id());
        }
        changed(entry, task.cluster());
        forgetOldDetails();
        forgetOldTasks();
    }

    public void removeTask(TaskId task) {
        Entry entry = tasks.remove(task);
        if (entry != null) {
            unclaimed -= entry.task == null ? 1 : 0;
            forgetEnd(entry);
            forgetRequest(entry);
            ClusterId cluster = entry.cluster;
            if (cluster != null) {
                closed(cluster, task);
            }
            wake(task);
            if (cluster != null) {
                tell(new Change.TaskChanged(cluster, task));
            }
        }
    }

    public void apply(TaskOdp row) {
        if (isOfForgotten(row.task(), row.finishedAt())) {
            return;
        }
        Entry entry = entry(row.task());
        if (entry.detailsGone) {
            return;
        }
        TaskOdp before = entry.rows.put(row.odp(), row);
        entry.planned.addAndGet(planned(row) - planned(before));
        entry.revision = ++changes;
        wake(row.task());
        ClusterId cluster = entry.cluster;
        if (cluster != null) {
            tell(new Change.TaskChanged(cluster, row.task()));
        }
        forgetOldTasks();
    }

    public void removeTaskOdp(TaskId task, OdpId odp) {
        Entry entry = tasks.get(task);
        if (entry != null) {
            entry.planned.addAndGet(-planned(entry.rows.remove(odp)));
            entry.revision = ++changes;
        }
    }

    private static int planned(@Nullable TaskOdp row) {
        return row != null && row.batch() > 0 ? 1 : 0;
    }

    public void apply(TimelineEvent event) {
        if (isOfForgotten(event.task(), event.at())) {
            return;
        }
        Entry entry = entry(event.task());
        if (entry.detailsGone) {
            return;
        }
        entry.timeline.add(event);
        wake(event.task());
        forgetOldTasks();
    }

    /** Called once, when everything that was there at the start has been applied. */
    public void caughtUp() {
        caughtUp = true;
    }

    private Entry entry(TaskId task) {
        Entry known = tasks.get(task);
        if (known != null) {
            return known;
        }
        Entry entry = new Entry(task);
        tasks.put(task, entry);
        unclaimed++;
        return entry;
    }

    private void opened(ClusterId cluster, TaskId task) {
        open.computeIfAbsent(cluster, key -> ConcurrentHashMap.newKeySet()).add(task);
    }

    private void closed(ClusterId cluster, TaskId task) {
        Set<TaskId> ofCluster = open.get(cluster);
        if (ofCluster != null) {
            ofCluster.remove(task);
            if (ofCluster.isEmpty()) {
                open.remove(cluster);
            }
        }
    }

    private void changed(Entry entry, ClusterId cluster) {
        entry.revision = ++changes;
        wake(entry.id);
        tell(new Change.TaskChanged(cluster, entry.id));
    }

    private void wake(TaskId task) {
        taskWatchers.getOrDefault(task, List.of()).forEach(Runnable::run);
    }

    private void tell(Change change) {
        LogPosition position = reading;
        if (position != null) {
            recent.add(
                    change, new PositionVector.LogPartition(position.topic(), position.partition()), position.offset());
        }
        announce(change);
    }

    private void announce(Change change) {
        watchers.forEach(watcher -> watcher.accept(change));
    }

    /** Tells of ODPs that nothing has been heard of for too long: no record says that. Called every few seconds, by one thread. */
    public void tellStale(Instant now) {
        sightings.forEach((cluster, ofCluster) -> ofCluster.forEach((odp, sighting) -> {
            Change change = new Change.OdpChanged(cluster, odp);
            if (!sighting.isFresh(now) && stale.add(change)) {
                announce(change);
            }
        }));
    }

    /** What changed since a position, by record or by silence; null when it is too long ago to tell. */
    public @Nullable Set<Change> since(PositionVector position) {
        Set<Change> changes = recent.since(position);
        if (changes != null) {
            changes.addAll(stale);
        }
        return changes;
    }

    private void forgetOldDetails() {
        while (detailed.size() > mostDetailed) {
            Place oldest = detailed.pollLast();
            Entry entry = oldest == null ? null : tasks.get(oldest.task);
            if (entry != null) {
                entry.detailsGone = true;
                entry.rows.clear();
                entry.planned.set(0);
                entry.revision = ++changes;
                entry.timeline = new Timeline();
                wake(entry.id);
            }
        }
    }

    private void forgetOldTasks() {
        while (tasks.size() - unclaimed > mostTasks && !ended.isEmpty() && !isKeptForItsKey(ended.last())) {
            Place oldest = ended.last();
            forgottenUntil = oldest.at.isAfter(forgottenUntil) ? oldest.at : forgottenUntil;
            removeTask(oldest.task);
        }
        if (unclaimed > mostTasks + mostTasks / 10) {
            forgetUnclaimed();
        }
    }

    /** Rows and events of a task that was forgotten are read after it at the start; nobody will ever ask for them. */
    private boolean isOfForgotten(TaskId task, @Nullable Instant at) {
        return at != null && !at.isAfter(forgottenUntil) && !tasks.containsKey(task);
    }

    private boolean isKeptForItsKey(Place oldest) {
        Entry entry = tasks.get(oldest.task);
        RestartRequest request = entry == null ? null : entry.request;
        return request != null
                && request.bodyHash() != null
                && tasks.size() - unclaimed <= mostTasks * KEYED_TASKS_AT_MOST
                // No clock: what is read at the start may be as old as it likes.
                && request.requestedAt().isAfter(newest.firstKey().at.minus(KEYS_ARE_KEPT));
    }

    /** Requests that nobody ever took up, and leftovers of tasks whose snapshot has expired, have no end that would be noticed. */
    private void forgetUnclaimed() {
        List<Entry> oldest = tasks.values().stream()
                .filter(entry -> entry.task == null)
                .sorted(Comparator.comparing(Views::askedAt))
                .toList();
        for (Entry entry : oldest.subList(0, Math.max(0, oldest.size() - mostTasks))) {
            removeTask(entry.id);
        }
    }

    private static Instant askedAt(Entry entry) {
        RestartRequest request = entry.request;
        return request == null ? Instant.MIN : request.requestedAt();
    }

    // ---- what is known ----

    /** Whether the views are complete; before that, what is missing in them says nothing. */
    public boolean isCaughtUp() {
        return caughtUp;
    }

    /** How far they have been read. */
    public ReadPositions positions() {
        return positions;
    }

    public boolean knows(ClusterId cluster) {
        return clusters.containsKey(cluster);
    }

    /** A cluster at this moment; null when there is none. */
    public @Nullable ClusterNow cluster(ClusterId id, Instant now) {
        Cluster cluster = clusters.get(id);
        return cluster == null ? null : at(cluster, now);
    }

    /** All clusters at this moment, by id. */
    public List<ClusterNow> clusters(Instant now) {
        return clusters.values().stream().map(cluster -> at(cluster, now)).toList();
    }

    /** All definitions, by id. */
    public Collection<Cluster> definitions() {
        return clusters.values();
    }

    /**
     * Whether a cluster's id or name, or the host of one of its ODPs, has a text in it.
     *
     * @param text in small letters
     */
    public boolean mentions(ClusterId cluster, String text) {
        // Asked for each of thousands of clusters at each letter that somebody types.
        return mentioned.computeIfAbsent(cluster, this::words).contains(text);
    }

    /** What is removed while this is being made is made anew: {@code mentioned} waits for it, and then forgets it. */
    private String words(ClusterId id) {
        StringBuilder words = new StringBuilder(id.value());
        Cluster cluster = clusters.get(id);
        if (cluster != null) {
            words.append('\n').append(cluster.name());
        }
        odps(id).forEach(odp -> words.append('\n').append(odp.host()));
        return words.toString().toLowerCase(Locale.ROOT);
    }

    /** The ODPs of a cluster as they are defined, by id. */
    public Collection<Odp> odps(ClusterId cluster) {
        Map<OdpId, Odp> defined = odps.get(cluster);
        return defined == null ? List.of() : defined.values();
    }

    /** A cluster with all that is known of it at a moment. */
    public ClusterNow at(Cluster cluster, Instant now) {
        Map<OdpId, Sighting> seen = sightings.getOrDefault(cluster.id(), Map.of());
        Collection<Odp> all = odps(cluster.id());
        List<LiveOdp> live = new ArrayList<>(all.size());
        for (Odp odp : all) {
            live.add(LiveOdp.of(odp, seen.get(odp.id()), now));
        }
        return new ClusterNow(cluster, live, activeTask(cluster.id(), now));
    }

    /** One ODP at this moment; null when there is none. */
    public @Nullable LiveOdp odp(ClusterId cluster, OdpId id, Instant now) {
        NavigableMap<OdpId, Odp> ofCluster = clusters.containsKey(cluster) ? odps.get(cluster) : null;
        Odp odp = ofCluster == null ? null : ofCluster.get(id);
        return odp == null
                ? null
                : LiveOdp.of(odp, sightings.getOrDefault(cluster, Map.of()).get(id), now);
    }

    private @Nullable Task activeTask(ClusterId cluster, Instant now) {
        return open.getOrDefault(cluster, Set.of()).stream()
                .map(this::task)
                .filter(Objects::nonNull)
                .filter(task -> isActive(task, now))
                .min(Comparator.comparing((Task task) -> task.state() == TaskState.PENDING)
                        .thenComparing(Task::requestedAt))
                .orElse(null);
    }

    private static boolean isActive(Task task, Instant now) {
        boolean takenUp = task.version() > 0;
        return !task.dryRun()
                && !task.state().terminal()
                && (takenUp || now.isBefore(task.requestedAt().plus(PENDING_COUNTS)));
    }

    /** A task; one that was only asked for is PENDING; null when there is none. */
    public @Nullable Task task(TaskId id) {
        Entry entry = tasks.get(id);
        return entry == null ? null : entry.seen();
    }

    /** Another number after each change of a task or its rows; asked for before they are, what is seen then is never older. */
    public long revision(TaskId id) {
        Entry entry = tasks.get(id);
        return entry == null ? 0 : entry.revision;
    }

    /** The request a task came from; null when it is not known, or no longer. */
    @Nullable
    RestartRequest request(TaskId id) {
        Entry entry = tasks.get(id);
        return entry == null ? null : entry.request;
    }

    /** All tasks, newest first; of those asked for at the same moment, the highest id first. */
    public List<Task> tasks() {
        return tasks(task -> true);
    }

    /** Those that are wanted, likewise. */
    public List<Task> tasks(Predicate<Task> wanted) {
        return seen(newest, wanted);
    }

    /** Those of a cluster that are wanted, likewise. Costs no more than there are of it. */
    public List<Task> tasks(ClusterId cluster, Predicate<Task> wanted) {
        NavigableMap<Place, Entry> ofCluster = newestOf.get(cluster);
        return ofCluster == null ? List.of() : seen(ofCluster, wanted);
    }

    private static List<Task> seen(NavigableMap<Place, Entry> entries, Predicate<Task> wanted) {
        List<Task> found = new ArrayList<>();
        for (Entry entry : entries.values()) {
            Task task = entry.seen();
            if (task != null && wanted.test(task)) {
                found.add(task);
            }
        }
        return found;
    }

    /** Tasks that have not ended, dry runs and mere requests too, in no order. Costs no more than there are. */
    public List<Task> openTasks() {
        return open.values().stream()
                .flatMap(Set::stream)
                .map(this::task)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Tasks that ended in failure since a moment, latest first. Costs no more than there are. */
    public List<Task> failedSince(Instant moment) {
        return failed.headMap(Place.behind(moment)).values().stream()
                .map(Entry::seen)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Whether rows and events of a task were dropped to bound the memory. */
    public boolean detailsGone(TaskId id) {
        Entry entry = tasks.get(id);
        return entry != null && entry.detailsGone;
    }

    /**
     * Whether the rows tell the batch of every ODP that a task has planned, as far as it has. Rows come on a topic of their own: a task
     * may be seen before they are, or when they are there but still as they were before the plan.
     */
    public boolean showsPlan(Task task) {
        Entry entry = tasks.get(task.id());
        return task.batches().isEmpty()
                || (entry != null && entry.planned.get() >= task.counts().total());
    }

    /** The rows of a task by ODP; empty before the task-service wrote any. */
    public List<TaskOdp> rows(TaskId id) {
        Entry entry = tasks.get(id);
        return entry == null ? List.of() : List.copyOf(entry.rows.values());
    }

    /** One row; null when there is none. */
    public @Nullable TaskOdp row(TaskId id, OdpId odp) {
        Entry entry = tasks.get(id);
        return entry == null ? null : entry.rows.get(odp);
    }

    /** The events of a task. */
    public Timeline timeline(TaskId id) {
        Entry entry = tasks.get(id);
        return entry == null ? new Timeline() : entry.timeline;
    }

    /**
     * Calls back after each change of a task, its rows or its timeline, on the applying thread: return at once. The task need not be
     * known yet. Closed by the caller.
     */
    public Watch watch(TaskId id, Runnable onChange) {
        taskWatchers.compute(id, (key, there) -> {
            List<Runnable> all = there == null ? new CopyOnWriteArrayList<>() : there;
            all.add(onChange);
            return all;
        });
        return () -> taskWatchers.computeIfPresent(id, (key, all) -> {
            all.remove(onChange);
            return all.isEmpty() ? null : all;
        });
    }

    /** Calls back after each change of anything, on the applying thread: return at once. Closed by the caller. */
    public Watch watchAll(Consumer<Change> onChange) {
        watchers.add(onChange);
        return () -> watchers.remove(onChange);
    }

    /** How many watch something now. */
    public int watching() {
        return watchers.size()
                + taskWatchers.values().stream().mapToInt(List::size).sum();
    }

    /** Ends a watch. */
    @FunctionalInterface
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits until a task is as wanted.
     *
     * @return ends with the task then, and after {@code atMost} with the task as it is
     */
    CompletableFuture<@Nullable Task> await(TaskId id, Predicate<Task> wanted, Duration atMost) {
        return await(
                () -> task(id), task -> task != null && wanted.test(task), onChange -> watch(id, onChange), atMost);
    }

    /** Waits until a cluster is as wanted, or {@code atMost}; ends with whether it is. */
    CompletableFuture<Boolean> await(ClusterId id, Predicate<Views> wanted, Duration atMost) {
        return await(
                () -> wanted.test(this),
                reached -> reached,
                onChange -> watchAll(change -> {
                    if (change.cluster().equals(id)) {
                        onChange.run();
                    }
                }),
                atMost);
    }

    private static <T extends @Nullable Object> CompletableFuture<T> await(
            Supplier<T> state, Predicate<T> wanted, Function<Runnable, Watch> watching, Duration atMost) {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        Watch watch = watching.apply(() -> {
            if (wanted.test(state.get())) {
                reached.completeAsync(() -> true);
            }
        });
        if (wanted.test(state.get())) {
            reached.complete(true);
        }
        return reached.completeOnTimeout(false, atMost.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(done -> {
                    watch.close();
                    return state.get();
                });
    }
}
