package dev.rollcall.emulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlTextTest {

    @Test
    void shouldForgetCommentsSemicolonsAndSpaces() {
        assertThat(SqlText.normalized("/* a */ /*b*/ SHOW \n PROXYSESSION ; ;")).isEqualTo("show proxysession");
        assertThat(SqlText.trimmed("  SELECT 'A' ;")).isEqualTo("SELECT 'A'");
    }

    @Test
    void shouldMatchAsLikeDoes() {
        assertThat(SqlText.like("hot\\_%").matcher("hot_upgrade").matches()).isFalse();
        assertThat(SqlText.like("hot_up%").matcher("HOT_UPGRADE").matches()).isTrue();
        assertThat(SqlText.like("hot.up%").matcher("hot_upgrade").matches()).isFalse();
        assertThat(SqlText.like("hot").matcher("hot_upgrade").matches()).isFalse();
    }
}
