package dev.rollcall.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestartFormTest {

    private static RestartForm form(
            String mode, @Nullable String timeout, @Nullable Boolean dryRun, @Nullable String confirm) {
        return new RestartForm(mode, null, null, null, null, timeout, dryRun, confirm, null);
    }

    private static RestartForm targeting(
            @Nullable List<String> odps,
            @Nullable List<String> sizes,
            @Nullable Integer maxFailures,
            @Nullable String drain) {
        return new RestartForm("RESTART", odps, sizes, maxFailures, drain, null, null, null, null);
    }

    private static RestartOrder valid(RestartForm form) {
        assertThat(form.check(Given.PAY)).isInstanceOf(Checked.Valid.class);
        return ((Checked.Valid<RestartOrder>) form.check(Given.PAY)).value();
    }

    private static List<String> faulty(RestartForm form) {
        return form.check(Given.PAY) instanceof Checked.Invalid<RestartOrder> invalid
                ? invalid.faults().stream().map(Fault::field).toList()
                : List.of();
    }

    @Test
    void shouldNeedNoMoreThanAMode() {
        RestartOrder order = valid(form("RESTART", null, null, null));

        assertThat(order).isEqualTo(Given.order(Mode.RESTART));
    }

    @ParameterizedTest
    @CsvSource({"PT0.5S,500000,pay", "PT0S,0,pay", "PT1S,1000000,", "PT24H,86400000000,", "NONE,-1,"})
    void shouldReadTheDrainTimeInMicroseconds(String text, long micros, @Nullable String confirm) {
        assertThat(valid(form("RESTART", text, null, confirm)).exitTimeoutMicros())
                .isEqualTo(micros);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "PT-1S", "PT24H0.001S", "none", "", "P999999999999999999D", "PT99999999999999999H"})
    void shouldRefuseAnotherDrainTime(String text) {
        assertThat(faulty(form("RESTART", text, null, null))).containsExactly("hotUpgradeExitTimeout");
    }

    @Test
    void shouldRefuseADrainTimeOfAForceRestart() {
        assertThat(faulty(form("FORCE_RESTART", "PT30S", null, "pay"))).containsExactly("hotUpgradeExitTimeout");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"FORCE_RESTART,-,-", "FORCE_RESTART,-,other", "RESTART,PT0.999S,-", "RESTART,PT30S,other"})
    void shouldDemandTheRightConfirmation(String mode, @Nullable String timeout, @Nullable String confirm) {
        Checked<RestartOrder> checked = form(mode, timeout, null, confirm).check(Given.PAY);

        List<Fault> faults = checked instanceof Checked.Invalid<RestartOrder> invalid ? invalid.faults() : List.of();
        assertThat(faults).extracting(Fault::field).containsExactly("confirm");
        assertThat(faults).extracting(Fault::code).containsExactly(Code.NOT_RESTARTABLE);
    }

    @Test
    void shouldLetADryRunOfAForceRestartBeUnconfirmed() {
        assertThat(valid(form("FORCE_RESTART", null, true, null)).dryRun()).isTrue();
    }

    @Test
    void shouldRefuseAnEmptyListOfOdpsWhichOnTheWireWouldMeanAll() {
        assertThat(faulty(targeting(List.of(), null, null, null))).containsExactly("odps");
    }

    @Test
    void shouldRefuseTooManyMalformedAndRepeatedOdps() {
        assertThat(faulty(targeting(Collections.nCopies(1_001, "a"), null, null, null)))
                .containsExactly("odps");
        assertThat(faulty(targeting(List.of("a", "b c", "a"), null, null, null)))
                .containsExactly("odps[1]", "odps[2]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "99999", "1%", "25%", "100%"})
    void shouldAcceptCountsAndPercentages(String size) {
        assertThat(valid(targeting(null, List.of(size), null, null)).sizes()).containsExactly(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "0%", "101%", "1.5", "", "all", " 1", "01"})
    void shouldRefuseOtherSizes(String size) {
        assertThat(faulty(targeting(null, List.of("1", size), null, null))).containsExactly("batching.sizes[1]");
    }

    @Test
    void shouldTellAllFaultsAtOnce() {
        RestartForm form = new RestartForm(
                "SLOWLY", List.of(), List.of(), -1, "NEVER", "soon", null, "other", "x".repeat(1_001) + "\0");

        assertThat(faulty(form))
                .containsExactly(
                        "mode",
                        "odps",
                        "batching.sizes",
                        "batching.maxFailures",
                        "batching.drain",
                        "hotUpgradeExitTimeout",
                        "reason",
                        "reason",
                        "confirm");
        assertThat(faulty(new RestartForm(null, null, null, null, null, null, null, null, null)))
                .containsExactly("mode");
    }
}
