package dev.rollcall.agent.adapter.odp;

/** What the agent logs in to an ODP with. */
public record SqlCredential(String user, String password) {
    @Override
    public String toString() {
        return "SqlCredential[" + user + ", ***]";
    }
}
