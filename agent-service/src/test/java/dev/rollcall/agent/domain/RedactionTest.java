package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RedactionTest {
    @Test
    void shouldMaskPasswordsHoweverTheyAreWritten() {
        assertThat(Redaction.line("obproxy_sys_password=deadbeef,proxy_mem_limited=1G"))
                .isEqualTo("obproxy_sys_password=***,proxy_mem_limited=1G");
        assertThat(Redaction.line("{name:\"observer_sys_password\", password:\"a b\"}"))
                .doesNotContain("a b");
        assertThat(Redaction.line("ALTER USER x IDENTIFIED BY 'se cret'")).doesNotContain("se cret");
    }

    @Test
    void shouldMaskLiteralsOfSql() {
        assertThat(Redaction.line("sql=select * from t where name='O\\'Hara' and id = 4711"))
                .doesNotContain("Hara")
                .doesNotContain("4711")
                .contains("select * from t");
    }

    @Test
    void shouldKeepWhatIsNoSecret() {
        String line = "[2026-11-23 02:00:00] ERROR fail to bind port 2883, errno=98";
        assertThat(Redaction.line(line)).isEqualTo(line);
    }

    @Test
    void shouldKeepOnlyTheEndOfALongLogFromALineStart() {
        String tail = Redaction.tail("first ü line\n".repeat(2000) + "last");

        assertThat(tail.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Redaction.MAX_TAIL_BYTES);
        assertThat(tail).startsWith("first").endsWith("last");
    }
}
