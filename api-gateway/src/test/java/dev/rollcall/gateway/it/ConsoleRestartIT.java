package dev.rollcall.gateway.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.OdpState;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** A gateway that keeps its users and its session key, as {@code rollcall serve} does, is restarted under a page that is open. */
class ConsoleRestartIT {

    private static final LocatorAssertions.IsVisibleOptions VISIBLE_SOON =
            new LocatorAssertions.IsVisibleOptions().setTimeout(30_000);
    private static final LocatorAssertions.IsHiddenOptions HIDDEN_SOON =
            new LocatorAssertions.IsHiddenOptions().setTimeout(30_000);

    private static final String PASSWORD = new BCryptPasswordEncoder(4).encode("secret-operator");

    private static ConfigurableApplicationContext gateway(int port, Path key) {
        return new SpringApplicationBuilder(HttpOnly.class)
                .web(WebApplicationType.REACTIVE)
                .run(
                        "--spring.config.name=api-gateway",
                        "--server.port=" + port,
                        "--rollcall.gateway.sign-in.session-key-file=" + key,
                        "--rollcall.gateway.users[0].name=operator",
                        "--rollcall.gateway.users[0].password={bcrypt}" + PASSWORD,
                        "--rollcall.gateway.users[0].roles=ADMIN");
    }

    @Test
    void shouldGoOnByItselfAfterTheGatewayRestarted(@TempDir Path directory) throws IOException {
        Path key = Files.writeString(directory.resolve("session.key"), "0123456789abcdef0123456789abcdef\n");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (Chromium chromium = Chromium.start()) {
            BrowserContext window;
            Page page;
            Locator row;
            try (ConfigurableApplicationContext first = gateway(port, key)) {
                Views views = first.getBean(Views.class);
                new Showcase(views).fill();
                views.caughtUp();
                window = chromium.window("http://127.0.0.1:" + port, "en", ColorScheme.LIGHT, 1280, "operator");
                page = window.newPage();
                page.navigate("/clusters");
                page.evaluate("window.sameDocument = true");
                row = page.locator("#cluster-rows tr").filter(new Locator.FilterOptions().setHasText("Payments"));
                assertThat(row).containsText("6/6");
                assertThat(page.locator("#stale")).isHidden();
            }
            assertThat(page.locator("#stale")).isVisible(VISIBLE_SOON);

            try (ConfigurableApplicationContext second = gateway(port, key)) {
                Views views = second.getBean(Views.class);
                assertThat(page.locator("#starting")).isVisible(VISIBLE_SOON);
                assertThat(page.locator("#stale")).isHidden();
                // What was known before stays until more is known.
                assertThat(row).containsText("6/6");
                Page early = window.newPage();
                Response answer = early.navigate("/clusters/pay");
                assertThat(answer == null ? 0 : answer.status()).isEqualTo(503);
                assertThat(early.locator(".fault")).containsText("just started");

                Showcase showcase = new Showcase(views);
                showcase.fill();
                showcase.sight("pay", 2, null, OdpState.STOPPED, "No process of this ODP runs.");
                views.caughtUp();

                assertThat(page.locator("#starting")).isHidden(HIDDEN_SOON);
                assertThat(row).containsText("5/6");
                assertThat(page.evaluate("window.sameDocument"))
                        .as("nothing was loaded anew")
                        .isEqualTo(true);
                assertThat(early.locator("#cluster-head h1")).containsText("Payments");
                window.close();
            }
        }
    }
}
