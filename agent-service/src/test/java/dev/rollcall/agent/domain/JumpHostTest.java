package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JumpHostTest {
    @ParameterizedTest
    @CsvSource({
        "bastion, bastion:22",
        "bastion:2222, bastion:2222",
        "ops@bastion, ops@bastion:22",
        "a@b@bastion:7, a@b@bastion:7",
        "fe80::1%eth0, [fe80::1%eth0]:22",
        "[::1], [::1]:22",
        "ops@[2001:db8::1]:2222, ops@[2001:db8::1]:2222"
    })
    void shouldReadUserHostAndPort(String text, String read) {
        assertThat(JumpHost.parse(text)).singleElement().asString().isEqualTo(read);
    }

    @Test
    void shouldKeepTheOrderOfSeveral() {
        assertThat(JumpHost.parse("one, two@second:23"))
                .containsExactly(new JumpHost(null, "one", 22), new JumpHost("two", "second", 23));
        assertThat(JumpHost.parse(null)).isEmpty();
        assertThat(JumpHost.parse(" ")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host:",
                "host:0",
                "host:65536",
                "host:x",
                ":22",
                "@host",
                "a b@host",
                "ho st",
                "one,,two",
                "[::1",
                "[::1]22",
                "$(host)",
                "a,b,c,d,e,f"
            })
    void shouldRefuseInWordsWhatIsNone(String text) {
        assertThatThrownBy(() -> JumpHost.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".*(is no jump host|more than).*");
    }
}
