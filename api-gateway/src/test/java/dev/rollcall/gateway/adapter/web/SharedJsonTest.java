package dev.rollcall.gateway.adapter.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SharedJsonTest {

    private final SharedJson shared = new SharedJson(JsonMapper.shared());
    private final AtomicInteger made = new AtomicInteger();

    private String json(Object of, long revision) {
        return shared.of(of, revision, () -> Map.of("made", made.incrementAndGet()));
    }

    @Test
    void shouldMakeADocumentOnceUntilItChanges() {
        assertThat(json("a", 1)).isEqualTo("{\"made\":1}");
        assertThat(json("a", 1)).isEqualTo("{\"made\":1}");
        assertThat(json("a", 2)).isEqualTo("{\"made\":2}");
        assertThat(json("b", 2)).isEqualTo("{\"made\":3}");
    }

    @Test
    void shouldNeverTakeOneForAnotherThatSharesItsPlace() {
        assertThat("AaAa").hasSameHashCodeAs("BBBB");

        assertThat(json("AaAa", 1)).isEqualTo("{\"made\":1}");
        assertThat(json("BBBB", 1)).isEqualTo("{\"made\":2}");
        assertThat(json("AaAa", 1)).isEqualTo("{\"made\":3}");
    }
}
