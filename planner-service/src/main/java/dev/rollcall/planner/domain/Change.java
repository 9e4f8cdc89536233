package dev.rollcall.planner.domain;

/** One entry of the state that a decision changes. */
public sealed interface Change {

    /** The only way in which the state changes. */
    void applyTo(PlanState state);

    record Put<T extends Record>(PlanKey<T> key, T entry) implements Change {
        @Override
        public void applyTo(PlanState state) {
            state.put(key, entry);
        }
    }

    record Remove(PlanKey<?> key) implements Change {
        @Override
        public void applyTo(PlanState state) {
            state.remove(key);
        }
    }
}
