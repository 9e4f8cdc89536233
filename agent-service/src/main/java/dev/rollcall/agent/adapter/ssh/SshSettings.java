package dev.rollcall.agent.adapter.ssh;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How SSH connections are made.
 *
 * @param knownHosts file in OpenSSH's format against which host keys are checked
 * @param trustOnFirstUse accept the key of a host that is not in that file, and write it there; a changed key is refused all the same
 * @param handshakesPerHost how many may be under way at once (sshd's MaxStartups drops more than ten)
 * @param connectTimeout for the connection and for the handshake
 * @param keepAlive after this long without traffic the server is asked for a sign of life; three unanswered ones end the session
 * @param channelsPerSession scripts run at once over one session (sshd's MaxSessions is ten)
 * @param sessionsPerHost further sessions are opened up to this number
 * @param idle an unused session is closed after this long
 */
public record SshSettings(
        Path knownHosts,
        boolean trustOnFirstUse,
        int handshakesPerHost,
        Duration connectTimeout,
        Duration keepAlive,
        int channelsPerSession,
        int sessionsPerHost,
        Duration idle) {}
