package dev.rollcall.planner.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.planner.domain.CommandKind;
import dev.rollcall.planner.domain.ControlKind;
import dev.rollcall.planner.domain.FailureCategory;
import dev.rollcall.planner.domain.OdpState;
import dev.rollcall.planner.domain.Phase;
import dev.rollcall.planner.domain.PlanEvent;
import dev.rollcall.planner.domain.RestartMode;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.PlanEventType;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskPhase;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Enums of the domain and of the wire have the same names: what one knows and the other does not would be lost between them. */
class WireTest {

    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(PlanEvent.Type.values(), PlanEventType.values()),
                Arguments.of(RestartMode.values(), dev.rollcall.schemas.RestartMode.values()),
                Arguments.of(Phase.values(), TaskPhase.values()),
                Arguments.of(CommandKind.values(), OdpCommandKind.values()),
                Arguments.of(ControlKind.values(), TaskControl.values()),
                Arguments.of(OdpState.values(), dev.rollcall.schemas.OdpState.values()),
                Arguments.of(FailureCategory.values(), dev.rollcall.schemas.FailureCategory.values()));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldHaveTheSameNames(Enum<?>[] domain, Enum<?>[] wire) {
        assertThat(names(domain)).containsExactlyInAnyOrderElementsOf(names(wire));
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants)
                .map(Enum::name)
                .filter(name -> !name.equals("UNKNOWN"))
                .toList();
    }
}
