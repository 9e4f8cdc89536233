package dev.rollcall.planner.domain;

/** The planner's state, for writing by {@link Change#applyTo} only, live and in recovery. */
public interface PlanState extends PlanView {

    <T extends Record> void put(PlanKey<T> key, T entry);

    void remove(PlanKey<?> key);
}
