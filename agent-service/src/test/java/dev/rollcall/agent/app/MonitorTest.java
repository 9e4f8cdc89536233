package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.agent.domain.Bootstrap;
import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorTest {
    private static final int ODPS = 200;

    /** Hosts on which every sign-in hangs until they may answer, and then fails. */
    private static final class HangingHosts implements RemoteShell {
        final long begun = System.nanoTime();
        final AtomicInteger asked = new AtomicInteger();
        /** Before the first of them can have been given up on. */
        final AtomicInteger askedEarly = new AtomicInteger();

        final CountDownLatch answer = new CountDownLatch(1);

        @Override
        public Talk start(Odp odp, Bootstrap bootstrap, boolean alone) throws TroubleException {
            if (System.nanoTime() - begun < Duration.ofMillis(1_900).toNanos()) {
                askedEarly.incrementAndGet();
            }
            asked.incrementAndGet();
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new TroubleException(Failure.of(FailureCategory.UNREACHABLE, "SSH_UNREACHABLE", "It hangs", null));
        }
    }

    private static final class NoAdminPort implements AdminPort {
        @Override
        public Session login(Odp odp, @Nullable Route route, String address, Duration timeout) {
            throw new AssertionError("no host has answered");
        }

        @Override
        public void checkBusinessPath(Odp odp, String address, Duration timeout) {
            throw new AssertionError("no host has answered");
        }
    }

    private final HangingHosts hosts = new HangingHosts();
    private final AtomicInteger said = new AtomicInteger();
    private final Monitor monitor = new Monitor(
            new OdpHost(hosts, false),
            new NoAdminPort(),
            (odp, facts, heartbeat) -> said.incrementAndGet(),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            256);

    @AfterEach
    void close() {
        hosts.answer.countDown();
        monitor.close();
    }

    private static Odp odp(int number) {
        return new Odp(
                new ClusterId("demo"),
                new OdpId(Integer.toString(number)),
                "127.0.0.1",
                22,
                "admin",
                "key",
                2883,
                null,
                "/home/admin/obproxy",
                Odp.PLAIN_LAUNCHER,
                "proxysys",
                null);
    }

    @Test
    void shouldSignInToAFewNewHostsAtATimeAndWaitForNoneThatHangs() {
        for (int i = 0; i < ODPS; i++) {
            monitor.put(0, "demo/" + i, odp(i));
        }

        await("those that hang hold up no other for long")
                .atMost(Duration.ofSeconds(30))
                .until(() -> hosts.asked.get() > 32);
        assertThat(hosts.askedEarly)
                .as("all of them are due within a tenth of a second")
                .hasValueBetween(1, 32);
        assertThat(said).hasValue(0);

        hosts.answer.countDown();
        await("every one is told of").atMost(Duration.ofSeconds(30)).until(() -> said.get() >= ODPS);
    }
}
