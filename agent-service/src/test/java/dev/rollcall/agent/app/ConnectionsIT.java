package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.adapter.ssh.JschRemoteShell;
import dev.rollcall.agent.adapter.ssh.SshCredential;
import dev.rollcall.agent.adapter.ssh.SshSessions;
import dev.rollcall.agent.adapter.ssh.SshSettings;
import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways to a host, over a real sshd; no ODP is needed to look at one. */
@Execution(ExecutionMode.CONCURRENT)
class ConnectionsIT {
    private static final Duration CONNECT = Duration.ofSeconds(8);
    /** For hosts that are not going to answer. */
    private static final Duration BRIEF = Duration.ofSeconds(1);

    @TempDir
    static Path sshDirectory;

    @TempDir
    Path home;

    private static OpenSshServer server;
    private static final ExecutorService MANY =
            Executors.newCachedThreadPool(Threads.platformDaemons("connections-it"));

    @BeforeAll
    static void startServer() throws Exception {
        server = OpenSshServer.start(sshDirectory);
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static SshSettings settings(Path knownHosts, boolean trust) {
        return new SshSettings(knownHosts, trust, 8, CONNECT, Duration.ofSeconds(15), 8, 32, Duration.ofMinutes(1));
    }

    private static SshSessions sessions() {
        return sessions(settings(server.knownHosts(), false), new SshCredential.Key(server.userKey(), ""));
    }

    private static SshSessions brief() {
        return sessions(
                new SshSettings(
                        server.knownHosts(), false, 8, BRIEF, Duration.ofSeconds(15), 8, 32, Duration.ofMinutes(1)),
                new SshCredential.Key(server.userKey(), ""));
    }

    /** Whatever the name, the same credential: sessions of different names are different sessions. */
    private static SshSessions sessions(SshSettings settings, SshCredential credential) {
        return new SshSessions(settings, name -> Optional.of(credential));
    }

    private Odp odp(String host, int port, String credential, @Nullable String jump) {
        return new Odp(
                new ClusterId("demo"),
                new OdpId("one"),
                host,
                port,
                server.user(),
                credential,
                2883,
                null,
                home.toString(),
                Odp.PLAIN_LAUNCHER,
                "proxysys",
                null,
                jump,
                Launch.PLAIN);
    }

    private Odp odp() {
        return odp("127.0.0.1", server.port(), "ops", null);
    }

    private static HostView look(SshSessions sessions, Odp odp) throws TroubleException {
        return new OdpHost(new JschRemoteShell(sessions, CONNECT), false).look(odp);
    }

    private static Failure failure(SshSessions sessions, Odp odp) {
        TroubleException e = catchThrowableOfType(TroubleException.class, () -> look(sessions, odp));
        assertThat(e).as("no failure").isNotNull();
        return e.failure();
    }

    @ParameterizedTest
    @CsvSource({"ed25519,''", "ed25519,open sesame", "ecdsa,''", "ecdsa,ŝlosilo ✓", "rsa,''", "rsa,'it''s \"me\" $x'"})
    void shouldLogInWithAnyKindOfKeyWithAndWithoutPassphrase(String type, String passphrase, @TempDir Path keys)
            throws Exception {
        // given
        Path key = keys.resolve("key");
        OpenSshServer.makeKey(key, type, passphrase);
        authorize(key);

        // when
        try (SshSessions sessions =
                sessions(settings(server.knownHosts(), false), new SshCredential.Key(key, passphrase))) {
            HostView seen = look(sessions, odp());

            // then
            assertThat(seen.home()).isEqualTo(home.toRealPath().toString());
        }
    }

    private static synchronized void authorize(Path key) throws IOException {
        Files.writeString(server.authorizedKeys(), Files.readString(Path.of(key + ".pub")), StandardOpenOption.APPEND);
    }

    @Test
    void shouldNameTheFileAndTheSettingWhenAKeyCannotBeUsed(@TempDir Path keys) throws Exception {
        // given
        Path locked = keys.resolve("locked");
        OpenSshServer.makeKey(locked, "ed25519", "right");
        Path garbage = Files.writeString(keys.resolve("garbage"), "no key\n");
        SshSettings settings = settings(server.knownHosts(), false);

        // when
        List<Failure> failures = new ArrayList<>();
        for (SshCredential.Key key : List.of(
                new SshCredential.Key(locked, ""),
                new SshCredential.Key(locked, "wrong"),
                new SshCredential.Key(garbage, ""),
                new SshCredential.Key(keys.resolve("missing"), ""))) {
            try (SshSessions sessions = sessions(settings, key)) {
                failures.add(failure(sessions, odp()));
            }
        }

        // then
        assertThat(failures).extracting(Failure::code).containsOnly("NO_CREDENTIAL");
        assertThat(failures).extracting(Failure::category).containsOnly(FailureCategory.REFUSED);
        assertThat(failures.get(0).detail()).contains(locked.toString(), "has a passphrase", "given none");
        assertThat(failures.get(1).detail()).contains(locked.toString(), "another passphrase");
        assertThat(failures.get(2).detail()).contains(garbage.toString(), "no private key");
        assertThat(failures.get(3).detail()).contains("missing", "cannot be read");
        assertThat(failures).allSatisfy(f -> assertThat(f.advice()).contains("rollcall.agent.credentials.ops."));
    }

    @Test
    void shouldReadAKeyAgainThatWasReplacedWhileTheAgentRuns(@TempDir Path keys) throws Exception {
        // given
        Path key = keys.resolve("key");
        OpenSshServer.makeKey(key, "ed25519", "one");
        try (SshSessions sessions = sessions(settings(server.knownHosts(), false), new SshCredential.Key(key, "one"))) {
            assertThat(failure(sessions, odp()).code()).isEqualTo("SSH_LOGIN_DENIED");

            // when
            Files.delete(key);
            OpenSshServer.makeKey(key, "rsa", "one");
            authorize(key);

            // then
            assertThat(look(sessions, odp()).home()).isNotEmpty();
        }
    }

    @Test
    void shouldSayWhichKeyAnUnknownHostShowsAndAcceptTheLineItProposes(@TempDir Path keys) throws Exception {
        // given
        Path known = Files.writeString(keys.resolve("known"), "# nobody yet");
        try (SshSessions sessions = sessions(settings(known, false), new SshCredential.Key(server.userKey(), ""))) {
            // when
            Failure unknown = failure(sessions, odp());

            // then
            assertThat(unknown.code()).isEqualTo("HOST_KEY_UNKNOWN");
            assertThat(unknown.detail())
                    .contains("[127.0.0.1]:" + server.port(), "ssh-ed25519 " + fingerprint(server.hostKey()))
                    .contains(known.toString());
            String advice = Objects.requireNonNull(unknown.advice());
            String line = advice.substring(advice.indexOf("[127.0.0.1]"), advice.indexOf(" (Or set "));
            Files.writeString(known, "\n" + line + "\n", StandardOpenOption.APPEND);
            assertThat(look(sessions, odp()).home()).isNotEmpty();
        }
    }

    private static String fingerprint(Path publicKey) throws Exception {
        Process keygen = new ProcessBuilder("ssh-keygen", "-lf", publicKey.toString()).start();
        String shown = new String(keygen.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return shown.split(" ")[1];
    }

    @Test
    void shouldSayBothKeysWhenAHostShowsAnotherOrOneOfAnotherKind(@TempDir Path keys) throws Exception {
        // given
        OpenSshServer.makeKey(keys.resolve("rsa"), "rsa", "");
        Path other = Files.writeString(
                keys.resolve("other"),
                "[127.0.0.1]:" + server.port() + " " + Files.readString(sshDirectory.resolve("other_key.pub")));
        Path otherKind = Files.writeString(
                keys.resolve("kind"), "[127.0.0.1]:" + server.port() + " " + Files.readString(keys.resolve("rsa.pub")));
        SshCredential key = new SshCredential.Key(server.userKey(), "");

        // when, and trust in the first use makes no difference
        Failure changed;
        Failure kind;
        try (SshSessions sessions = sessions(settings(other, true), key)) {
            changed = failure(sessions, odp());
        }
        try (SshSessions sessions = sessions(settings(otherKind, true), key)) {
            kind = failure(sessions, odp());
        }

        // then
        assertThat(List.of(changed.code(), kind.code())).containsOnly("HOST_KEY_CHANGED");
        assertThat(changed.detail())
                .contains(fingerprint(server.hostKey()), fingerprint(sshDirectory.resolve("other_key.pub")));
        assertThat(kind.detail()).contains("ssh-rsa " + fingerprint(keys.resolve("rsa.pub")));
        assertThat(changed.advice()).contains("ssh-keygen -f " + other + " -R");
        assertThat(Files.readAllLines(otherKind)).hasSize(1);
    }

    @Test
    void shouldRecordTheKeyOfAFirstUseOnceAndRefuseWhatItCannotRecord(@TempDir Path keys) throws Exception {
        // given: a file whose last line does not end
        Path known = Files.writeString(keys.resolve("known"), "# mine");
        SshCredential key = new SshCredential.Key(server.userKey(), "");

        // when
        try (SshSessions sessions = sessions(settings(known, true), key)) {
            List<Future<HostView>> looks = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Odp odp = odp("127.0.0.1", server.port(), "name-" + i, null);
                looks.add(MANY.submit(() -> look(sessions, odp)));
            }
            for (Future<HostView> look : looks) {
                look.get(30, TimeUnit.SECONDS);
            }
        }
        Failure unwritten;
        Path directory = Files.createDirectory(keys.resolve("directory"));
        try (SshSessions sessions = sessions(settings(directory, true), key)) {
            unwritten = failure(sessions, odp());
        }

        // then
        assertThat(Files.readAllLines(known))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("[127.0.0.1]:" + server.port() + " ssh-ed25519 ");
        assertThat(unwritten.code()).isEqualTo("HOST_KEY_UNKNOWN");
        assertThat(unwritten.detail()).contains("could not be written");
    }

    @Test
    void shouldGoThroughJumpHostsOneAfterTheOther(@TempDir Path jumpDirectory) throws Exception {
        // given
        try (OpenSshServer jump = OpenSshServer.start(jumpDirectory);
                SshSessions sessions = throughJump(jump)) {
            String hop = server.user() + "@127.0.0.1:" + jump.port();

            // when
            look(sessions, odp("127.0.0.1", server.port(), "ops", "127.0.0.1:" + jump.port()));
            look(sessions, odp("127.0.0.1", server.port(), "ops", hop + "," + hop));

            // then: the first part of both ways is the same session
            assertThat(jump.logins()).isEqualTo(2);
            jump.close();
            Failure cut = failure(sessions, odp("127.0.0.1", server.port(), "ops", hop));
            assertThat(cut.category()).isEqualTo(FailureCategory.UNREACHABLE);
            assertThat(cut.detail()).contains("127.0.0.1:" + jump.port());
        }
    }

    private static SshSessions throughJump(OpenSshServer jump) throws IOException {
        // The jump host lets the same key in, and both hosts are known.
        Files.writeString(
                jump.authorizedKeys(), Files.readString(Path.of(server.userKey() + ".pub")), StandardOpenOption.APPEND);
        Files.writeString(jump.knownHosts(), Files.readString(server.knownHosts()), StandardOpenOption.APPEND);
        return sessions(settings(jump.knownHosts(), false), new SshCredential.Key(server.userKey(), ""));
    }

    @Test
    void shouldNameTheJumpHostWhenItIsTheReason(@TempDir Path jumpDirectory, @TempDir Path strictDirectory)
            throws Exception {
        try (OpenSshServer jump = OpenSshServer.start(jumpDirectory);
                OpenSshServer strict = OpenSshServer.start(strictDirectory, "AllowTcpForwarding no");
                SshSessions through = throughJump(jump);
                SshSessions throughStrict = throughJump(strict);
                SshSessions strangers = sessions()) {
            // when
            Failure forbidden =
                    failure(throughStrict, odp("127.0.0.1", server.port(), "ops", "127.0.0.1:" + strict.port()));
            Failure unknown = failure(strangers, odp("127.0.0.1", server.port(), "ops", "127.0.0.1:" + jump.port()));
            Failure nobody = failure(through, odp("127.0.0.1", 1, "ops", "127.0.0.1:" + jump.port()));

            // then
            assertThat(forbidden.code()).isEqualTo("JUMP_FORBIDDEN");
            assertThat(forbidden.detail()).contains("127.0.0.1:" + strict.port(), "AllowTcpForwarding");
            assertThat(unknown.code()).isEqualTo("HOST_KEY_UNKNOWN");
            assertThat(unknown.detail()).contains("[127.0.0.1]:" + jump.port());
            assertThat(nobody.category()).isEqualTo(FailureCategory.UNREACHABLE);
            assertThat(nobody.detail()).contains("jump host", "127.0.0.1:1");
        }
    }

    @Test
    void shouldShareAFewSessionsAmongMany(@TempDir Path ownDirectory) throws Exception {
        // given
        try (OpenSshServer own = OpenSshServer.start(ownDirectory);
                SshSessions sessions =
                        sessions(settings(own.knownHosts(), false), new SshCredential.Key(own.userKey(), ""))) {
            Odp odp = odp("127.0.0.1", own.port(), "ops", null);

            // when
            List<Future<HostView>> looks = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                looks.add(MANY.submit(() -> look(sessions, odp)));
            }
            for (Future<HostView> look : looks) {
                look.get(30, TimeUnit.SECONDS);
            }
            look(sessions, odp);

            // then: eight scripts a session
            assertThat(own.logins()).isBetween(1L, 3L);
        }
    }

    /** A connection that sshd has begun to serve. It may still count the one by which we found out that it runs. */
    private static Socket welcomed(OpenSshServer server) throws Exception {
        for (int attempt = 1; ; attempt++) {
            Socket socket = new Socket("127.0.0.1", server.port());
            if (socket.getInputStream().read() == 'S') {
                return socket;
            }
            socket.close();
            assertThat(attempt).as("attempts to get a word from sshd").isLessThan(50);
            Thread.sleep(100);
        }
    }

    @Test
    void shouldTryAgainWhenSshdDropsTheHandshake(@TempDir Path busyDirectory) throws Exception {
        // given: an sshd that takes one stranger at a time, and a stranger
        try (OpenSshServer busy = OpenSshServer.start(busyDirectory, "MaxStartups 1");
                SshSessions sessions =
                        sessions(settings(busy.knownHosts(), false), new SshCredential.Key(busy.userKey(), ""))) {
            Future<HostView> look;
            try (Socket stranger = welcomed(busy)) {
                assertThat(stranger.isConnected()).isTrue();

                // when
                look = MANY.submit(() -> look(sessions, odp("127.0.0.1", busy.port(), "ops", null)));
                await("a dropped handshake").until(() -> busy.log().contains("MaxStartups throttling"));
            }

            // then
            assertThat(look.get(30, TimeUnit.SECONDS).home()).isNotEmpty();
        }
    }

    @Test
    void shouldGiveUpOnAHostThatHangsAfterABoundedTimeForAllWhoWait() throws Exception {
        // given
        try (DeafServer deaf = new DeafServer(DeafServer.Manner.SILENT);
                DeafServer slow = new DeafServer(DeafServer.Manner.DRIPPING);
                SshSessions healthy = sessions();
                SshSessions sessions = brief()) {
            look(healthy, odp());
            long begun = System.nanoTime();

            // when
            List<CompletableFuture<Failure>> failures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                DeafServer which = i % 2 == 0 ? deaf : slow;
                failures.add(CompletableFuture.supplyAsync(
                        () -> failure(sessions, odp("127.0.0.1", which.port(), "ops", null)), MANY));
            }
            int looks = 0;
            while (failures.stream().anyMatch(f -> !f.isDone())) {
                look(healthy, odp());
                looks++;
            }

            // then
            assertThat(failures)
                    .allSatisfy(f -> assertThat(f.join().category()).isEqualTo(FailureCategory.UNREACHABLE));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BRIEF.multipliedBy(8));
            assertThat(looks).as("looks at a healthy host meanwhile").isGreaterThan(1);
        }
    }

    @Test
    void shouldMakeAtMostEightHandshakesAtOnceWithAHost() throws Exception {
        // given
        try (DeafServer deaf = new DeafServer(DeafServer.Manner.LEAVING);
                SshSessions sessions = brief()) {
            // when: each credential wants a session of its own
            List<CompletableFuture<Failure>> failures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String credential = "name-" + i;
                failures.add(CompletableFuture.supplyAsync(
                        () -> failure(sessions, odp("127.0.0.1", deaf.port(), credential, null)), MANY));
            }
            failures.forEach(CompletableFuture::join);

            // then
            assertThat(deaf.most()).isBetween(4, 8);
        }
    }

    @Test
    void shouldEndASessionThatNothingComesThroughAnyMoreAndOpenAnother() throws Exception {
        // given
        try (BlackHole way = new BlackHole(server.port())) {
            Path known = home.resolve("known");
            Files.writeString(known, "[127.0.0.1]:" + way.port() + " " + Files.readString(server.hostKey()));
            SshSettings through =
                    new SshSettings(known, false, 8, CONNECT, Duration.ofMillis(400), 8, 32, Duration.ofMinutes(1));
            try (SshSessions sessions = sessions(through, new SshCredential.Key(server.userKey(), ""))) {
                look(sessions, odp("127.0.0.1", way.port(), "ops", null));

                // when
                way.swallow();

                // then: the keep-alive ends it without anybody asking, and the next one finds a way of its own
                await("the end of the session").until(() -> way.held() == 0);
                assertThat(look(sessions, odp("127.0.0.1", way.port(), "ops", null))
                                .home())
                        .isNotEmpty();
            }
        }
    }

    @Test
    void shouldSayWhyThereIsNoConnection() throws Exception {
        try (SshSessions sessions = sessions()) {
            // when
            Failure refused = failure(sessions, odp("127.0.0.1", 1, "ops", null));
            Failure noName = failure(sessions, odp("no-such-host.invalid", 22, "ops", null));

            // then
            assertThat(refused.detail()).contains("nothing listens there");
            assertThat(noName.detail()).contains("no address for that name");
            assertThat(List.of(refused.category(), noName.category())).containsOnly(FailureCategory.UNREACHABLE);
        }
    }
}
