package dev.rollcall.standalone.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class UsersTest {

    private static final Pattern HASH = Pattern.compile("name: (\\w+), password: \"\\{bcrypt}([^\"]+)\"");

    @TempDir
    private Path data;

    private Users kept(String given) throws IOException {
        return Users.kept(data.resolve("users.yml"), data.resolve("users.properties"), given);
    }

    private String hash(String user) throws IOException {
        Matcher matcher = HASH.matcher(Files.readString(data.resolve("users.yml")));
        while (matcher.find()) {
            if (matcher.group(1).equals(user)) {
                return matcher.group(2);
            }
        }
        return "";
    }

    @Test
    void shouldShowTheirPasswordOnceAndKeepItsHashToThemselves() throws IOException {
        Users first = kept("");
        Users second = kept("");

        assertThat(first.password()).hasSize(20);
        assertThat(second.password()).isNull();
        Path file = data.resolve("users.yml");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).doesNotContain(String.valueOf(first.password()));
        for (String user : Users.names()) {
            assertThat(new BCryptPasswordEncoder().matches(first.password(), hash(user)))
                    .as(user)
                    .isTrue();
        }
        assertThat(second.settings()).containsEntry("rollcall.gateway.users-file", file.toString());
        assertThat(second.settings()).containsEntry("rollcall.gateway.users[0].name", Users.PROGRAM);
    }

    @Test
    void shouldTakeOverThePasswordOfAnEarlierRelease() throws IOException {
        String hash = Users.hashOf("from before");
        Files.writeString(data.resolve("users.properties"), "password.bcrypt=" + hash + "\n");

        assertThat(kept("").password()).isNull();
        assertThat(hash("viewer")).isEqualTo(hash);
    }

    @Test
    void shouldLetAGivenPasswordBeAdminsAndTouchNothingOfTheFile() throws IOException {
        kept("first-password");
        String text = Files.readString(data.resolve("users.yml"));

        Users again = kept("second-password");

        assertThat(Files.readString(data.resolve("users.yml"))).isEqualTo(text);
        assertThat(again.settings())
                .containsEntry("rollcall.gateway.users[0].name", Users.ADMIN)
                .containsEntry("rollcall.gateway.users[1].name", Users.PROGRAM)
                .doesNotContainKey("rollcall.gateway.users[2].name");
    }

    @Test
    void shouldKeepTheKeyOfTheSessions() throws IOException {
        Path file = SessionKey.in(data);
        String key = Files.readString(file);

        assertThat(key.strip()).matches("[0-9a-f]{64}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(SessionKey.in(data))).isEqualTo(key);
    }
}
