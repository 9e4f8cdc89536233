package dev.rollcall.planner.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.planner.domain.CommandKind;
import dev.rollcall.planner.domain.Failure;
import dev.rollcall.planner.domain.FailureCategory;
import dev.rollcall.planner.domain.Launch;
import dev.rollcall.planner.domain.Odp;
import dev.rollcall.planner.domain.OdpFacts;
import dev.rollcall.planner.domain.OdpId;
import dev.rollcall.planner.domain.OdpRun;
import dev.rollcall.planner.domain.OdpState;
import dev.rollcall.planner.domain.OpenCommand;
import dev.rollcall.planner.domain.ProcessIdentity;
import dev.rollcall.planner.domain.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The form of the stored state, which outlives the program that wrote it. */
class RecordCodecTest {
    enum Colour {
        RED,
        GREEN
    }

    record Inner(String text) {}

    record Old(String name, int number, @Nullable Inner inner) {}

    record New(
            String name,
            int number,
            @Nullable Inner inner,
            long added,
            boolean flag,
            @Nullable String note,
            List<String> list,
            Map<String, String> map) {}

    record Everything(
            @Nullable Long boxed,
            @Nullable Integer small,
            @Nullable Boolean maybe,
            Colour colour,
            Instant instant,
            Duration duration,
            List<Inner> list,
            Map<String, String> map,
            long most,
            long least) {}

    @Test
    void shouldReadWhatItWrote() {
        Everything everything = new Everything(
                -1L,
                null,
                true,
                Colour.GREEN,
                Instant.parse("1969-12-31T23:59:59.123456789Z"),
                Duration.ofMillis(-1),
                List.of(new Inner("ä"), new Inner("")),
                Map.of("k", "v"),
                Long.MAX_VALUE,
                Long.MIN_VALUE);

        assertThat(RecordCodec.decode(Everything.class, RecordCodec.encode(everything)))
                .isEqualTo(everything);
    }

    @Test
    void shouldReadARecordThatWasWrittenBeforeComponentsWereAdded() {
        byte[] old = RecordCodec.encode(new Old("n", 7, new Inner("x")));

        assertThat(RecordCodec.decode(New.class, old))
                .isEqualTo(new New("n", 7, new Inner("x"), 0, false, null, List.of(), Map.of()));
    }

    @Test
    void shouldReadARecordThatANewerPlannerWrote() {
        byte[] newer = RecordCodec.encode(new New("n", 7, null, 9, true, "note", List.of("a"), Map.of("k", "v")));

        assertThat(RecordCodec.decode(Old.class, newer)).isEqualTo(new Old("n", 7, null));
    }

    @Test
    void shouldSayWhichVersionIsNeededForAnUnknownForm() {
        byte[] bytes = RecordCodec.encode(new Inner("x"));
        bytes[0] = 9;

        assertThatThrownBy(() -> RecordCodec.decode(Inner.class, bytes)).hasMessageContaining("version 9");
    }

    @Test
    void shouldNotFollowALengthOutOfABrokenEntry() {
        byte[] bytes = RecordCodec.encode(new Inner("some text"));
        bytes[4] = 0x7f;

        assertThatThrownBy(() -> RecordCodec.decode(Inner.class, bytes)).hasMessageContaining("broken");
    }

    /** Bytes kept from version 0.1: if this fails, stored tasks of running installations cannot be read any more. */
    @Test
    void shouldReadTheRunOfAnOdpAsVersion01WroteIt() {
        ProcessIdentity process = new ProcessIdentity("boot", 42, 4200, "/home", "0.0.0.0", 2883, Instant.EPOCH);
        OdpRun run = new OdpRun(
                new OdpId("o1"),
                "z1",
                true,
                3,
                RunState.RESTARTING,
                process,
                new OdpFacts(
                        OdpState.RUNNING,
                        true,
                        "4.3.1.0",
                        process,
                        List.of(41L),
                        5L,
                        true,
                        false,
                        -1L,
                        List.of("blocker"),
                        List.of(),
                        "obproxy",
                        null,
                        List.of(),
                        true,
                        false,
                        null),
                2,
                4,
                true,
                false,
                new OpenCommand("BATCH_3", 2, CommandKind.HOT_RESTART, OpenCommand.Progress.STARTED, true),
                new Failure(FailureCategory.TARGET, "X", "detail", null, null, null),
                false,
                false,
                false,
                null,
                0,
                0,
                null);

        assertThat(RecordCodec.decode(OdpRun.class, HexFormat.of().parseHex(RUN_0_1)))
                .isEqualTo(run);
    }

    /** Likewise: the definitions of running installations. */
    @Test
    void shouldReadTheDefinitionOfAnOdpAsVersion01WroteIt() {
        String odp01 =
                "01540d01050101026f3106010831302e302e302e3701027a31862d0001132f686f6d652f61646d696e2f6f6270726f787901"
                        + "036f6264010561646d696e2c01076f70732d6b6579010870726f78797379730103617070";

        assertThat(RecordCodec.decode(Odp.class, HexFormat.of().parseHex(odp01)))
                .isEqualTo(new Odp(
                        new OdpId("o1"),
                        3,
                        "10.0.0.7",
                        "z1",
                        2883,
                        null,
                        "/home/admin/obproxy",
                        "obd",
                        "admin",
                        22,
                        "ops-key",
                        "proxysys",
                        "app",
                        null,
                        Launch.PLAIN));
    }

    private static final String RUN_0_1 =
            "01da010d01050101026f3101027a310106010a52455354415254494e47011f070104626f6f7454d04101052f68"
                    + "6f6d650107302e302e302e30862d010000015c11010752554e4e494e47010107342e332e312e30011f07010462"
                    + "6f6f7454d04101052f686f6d650107302e302e302e30862d01000001010152010a010100010101010107626c6f"
                    + "636b6572010001076f6270726f787900010001000004080100012205010742415443485f3304010b484f545f52"
                    + "455354415254010753544152544544010117060106544152474554010158010664657461696c000000";
}
