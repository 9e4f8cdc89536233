package dev.rollcall.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
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
        return new RestartForm(mode, null, BatchingForm.EMPTY, timeout, dryRun, confirm, null, null, null, null);
    }

    private static RestartForm targeting(
            @Nullable List<String> odps,
            @Nullable List<String> sizes,
            @Nullable Integer maxFailures,
            @Nullable String drain) {
        return new RestartForm(
                "RESTART",
                odps,
                new BatchingForm(sizes, maxFailures, drain, null, null, null, null, null, null),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
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
        assertThat(valid(targeting(null, List.of(size), null, null)).batching().sizes())
                .containsExactly(size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "0%", "101%", "1.5", "", "all", " 1", "01"})
    void shouldRefuseOtherSizes(String size) {
        assertThat(faulty(targeting(null, List.of("1", size), null, null))).containsExactly("batching.sizes[1]");
    }

    private static RestartForm split(BatchingForm batching) {
        return new RestartForm("RESTART", null, batching, null, null, null, null, null, null, null);
    }

    private static BatchingForm preset(String preset, @Nullable List<String> sizes, @Nullable String groupBy) {
        return new BatchingForm(sizes, null, null, preset, groupBy, null, null, null, null);
    }

    private static RestartForm window(@Nullable String notBefore, @Nullable String notAfter) {
        return new RestartForm("RESTART", null, BatchingForm.EMPTY, null, null, null, null, notBefore, notAfter, null);
    }

    @ParameterizedTest
    @CsvSource({
        "canary-then-quarters, 1 25%, false",
        "one-by-one, 1, false",
        "zone-by-zone, 100%, true",
        "half-and-half, 50%, false"
    })
    void shouldKnowPresetsByName(String preset, String sizes, boolean byZone) {
        Batching batching = valid(split(preset(preset, null, null))).batching();

        assertThat(batching.sizes()).containsExactly(sizes.split(" ", -1));
        assertThat(batching.byZone()).isEqualTo(byZone);
        assertThat(batching.preset()).isEqualTo(preset);
    }

    @Test
    void shouldRefuseAPresetThatIsUnknownOrContradicted() {
        assertThat(faulty(split(preset("all-at-once", null, null)))).containsExactly("batching.preset");
        assertThat(faulty(split(preset("one-by-one", List.of("1"), null)))).containsExactly("batching.preset");
        assertThat(faulty(split(preset("zone-by-zone", null, "none")))).containsExactly("batching.groupBy");
        assertThat(valid(split(preset("one-by-one", null, "zone"))).batching().byZone())
                .isTrue();
    }

    @Test
    void shouldReadThePoliciesOfABatch() {
        assertThat(valid(split(new BatchingForm(null, null, null, null, "zone", "50%", "PT5S", true, true)))
                        .batching())
                .isEqualTo(new Batching(
                        List.of(), 0, Drain.OVERLAP, true, "50%", Duration.ofSeconds(5), true, true, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0%", "101%", "-1", "half", ""})
    void shouldRefuseAnotherMinimum(String minRunning) {
        assertThat(faulty(split(new BatchingForm(null, null, null, null, null, minRunning, null, null, null))))
                .containsExactly("batching.minRunning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "PT-1S", "PT1H0.001S", "", "P999999999999999999D"})
    void shouldRefuseAnotherTimeToSettle(String settle) {
        assertThat(faulty(split(new BatchingForm(null, null, null, null, null, null, settle, null, null))))
                .containsExactly("batching.settle");
    }

    @Test
    void shouldReadAWindowInAnyZone() {
        RestartOrder order = valid(window("2026-01-31T22:00:00+02:00", "2026-01-31T22:00:00Z"));

        assertThat(order.notBefore()).isEqualTo(Instant.parse("2026-01-31T20:00:00Z"));
        assertThat(order.notAfter()).isEqualTo(Instant.parse("2026-01-31T22:00:00Z"));
        assertThat(faulty(window("2026-01-31T22:00:00Z", "2026-01-31T22:00:00Z")))
                .containsExactly("notAfter");
        assertThat(faulty(window("tomorrow", null))).containsExactly("notBefore");
    }

    @ParameterizedTest
    @CsvSource({"4, true", "4.3.1.0, true", "4.3.1.0-1, false", "4., false", ".4, false", "1.2.3.4.5.6.7, false"})
    void shouldReadTheVersionThatIsExpected(String version, boolean known) {
        RestartForm form =
                new RestartForm("RESTART", null, BatchingForm.EMPTY, null, null, null, null, null, null, version);

        if (known) {
            assertThat(valid(form).expectedVersion()).isEqualTo(version);
        } else {
            assertThat(faulty(form)).containsExactly("expectedVersion");
        }
    }

    @Test
    void shouldTellAllFaultsAtOnce() {
        RestartForm form = new RestartForm(
                "SLOWLY",
                List.of(),
                new BatchingForm(List.of(), -1, "NEVER", null, "room", "most", "P1D", null, null),
                "soon",
                null,
                "other",
                "x".repeat(1_001) + "\0",
                "noon",
                "2026-01-01",
                "the newest");

        assertThat(faulty(form))
                .containsExactly(
                        "mode",
                        "odps",
                        "batching.sizes",
                        "batching.maxFailures",
                        "batching.drain",
                        "batching.groupBy",
                        "batching.minRunning",
                        "batching.settle",
                        "hotUpgradeExitTimeout",
                        "notBefore",
                        "notAfter",
                        "reason",
                        "reason",
                        "expectedVersion",
                        "confirm");
        assertThat(faulty(new RestartForm(null, null, BatchingForm.EMPTY, null, null, null, null, null, null, null)))
                .containsExactly("mode");
    }
}
