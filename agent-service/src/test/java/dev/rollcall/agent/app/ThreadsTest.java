package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void shouldBeVirtualWhereTheJvmHasThatKind() throws Exception {
        // given
        ThreadFactory threads = Threads.daemons("waits");

        // when
        Thread first = threads.newThread(() -> {});
        Thread second = threads.newThread(() -> {});

        // then
        boolean has = Runtime.version().feature() >= 21;
        assertThat(Threads.areVirtual()).isEqualTo(has);
        assertThat(isVirtual(first)).isEqualTo(has);
        assertThat(first.isDaemon()).isTrue();
        assertThat(first.getName()).isEqualTo("waits-1");
        assertThat(second.getName()).isEqualTo("waits-2");
        assertThat(isVirtual(Threads.platformDaemons("computes").newThread(() -> {})))
                .isFalse();
    }

    private static boolean isVirtual(Thread thread) throws Exception {
        return Runtime.version().feature() >= 21
                && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    }
}
