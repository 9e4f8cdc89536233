package dev.rollcall.emulator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SHOW PROXYSESSION prints the client's address as C does; {@code odp-observed.md} section 2. */
class AddressesTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "fd00:0:0:0:0:0:0:0, fd00::",
        "fd00:0:0:1:0:0:0:2, fd00:0:0:1::2",
        "fd00:1:0:3:4:5:6:7, fd00:1:0:3:4:5:6:7",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1"
    })
    void shouldShortenLongestRunOfZeros(String address, String text) throws IOException {
        assertThat(Addresses.text(InetAddress.getByName(address))).isEqualTo(text);
    }

    @Test
    void shouldPutIpv6InBracketsWhenAPortFollows() throws IOException {
        assertThat(Addresses.text(new InetSocketAddress(InetAddress.getByName("::1"), 2883)))
                .isEqualTo("[::1]:2883");
        assertThat(Addresses.text(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 2883)))
                .isEqualTo("127.0.0.1:2883");
    }
}
