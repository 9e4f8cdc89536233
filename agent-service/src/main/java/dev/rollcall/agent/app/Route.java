package dev.rollcall.agent.app;

/** The SSH session of a {@link RemoteShell.Talk}, as a way for logins that must not outlive it. */
public interface Route {}
