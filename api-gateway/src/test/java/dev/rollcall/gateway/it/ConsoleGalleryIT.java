package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import dev.rollcall.gateway.app.Views;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Every page, in both languages and both colours, in a real browser. Screenshots are left under {@code target/screenshots}. */
class ConsoleGalleryIT {

    private static ConfigurableApplicationContext gateway;
    private static Chromium browser;
    private static int port;

    @BeforeAll
    static void start() {
        browser = Chromium.start();
        gateway = new SpringApplicationBuilder(HttpOnly.class)
                .web(WebApplicationType.REACTIVE)
                .run(
                        "--spring.config.name=api-gateway",
                        "--server.port=0",
                        "--rollcall.gateway.users[0].name=operator",
                        "--rollcall.gateway.users[0].password={bcrypt}"
                                + new BCryptPasswordEncoder(4).encode("secret-operator"),
                        "--rollcall.gateway.users[0].roles=ADMIN");
        Views views = gateway.getBean(Views.class);
        new Showcase(views).fill();
        views.caughtUp();
        var server = ((ReactiveWebServerApplicationContext) gateway).getWebServer();
        assertThat(server).isNotNull();
        port = server == null ? 0 : server.getPort();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        browser.close();
    }

    @ParameterizedTest
    @CsvSource({
        "en, LIGHT, 1280, true",
        "zh-CN, DARK, 1280, true",
        "en, DARK, 1280, false",
        "zh-CN, LIGHT, 1280, false",
        "en, LIGHT, 420, false"
    })
    void shouldShowEveryPageWithoutAFault(String language, ColorScheme colours, int width, boolean accessible) {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext window = browser.window("http://127.0.0.1:" + port, language, colours, width, "operator")) {
            Page page = window.newPage();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error")) {
                    complaints.add(page.url() + ": " + message.text());
                }
            });
            page.onPageError(error -> complaints.add(page.url() + ": " + error));
            String[][] places = {
                {"clusters", "/clusters"},
                {"cluster", "/clusters/pay"},
                {"cluster-large", "/clusters/large"},
                {"tasks", "/tasks"},
                {"task-running", "/tasks/" + Showcase.RUNNING},
                {"task-halted", "/tasks/" + Showcase.HALTED},
                {"task-completed", "/tasks/" + Showcase.COMPLETED},
                {"task-rejected", "/tasks/" + Showcase.REJECTED},
                {"task-large", "/tasks/" + Showcase.LARGE},
                {"restart", "/clusters/orders/restart"},
                {"restart-wounded", "/clusters/wounded/restart"},
                {"register", "/clusters/register"},
                {"audit", "/audit"},
                {"delete", "/clusters/orders/delete"},
            };
            for (String[] place : places) {
                Response response = page.navigate(place[1]);
                assertThat(response).isNotNull();
                assertThat(response == null ? 0 : response.status())
                        .as(place[1])
                        .isEqualTo(200);
                String at = "%s-%s-%s-%d".formatted(place[0], language, colours, width);
                if (accessible && !place[0].contains("large")) {
                    new AxeBuilder(page)
                            .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
                            .analyze()
                            .getViolations()
                            .forEach(violation ->
                                    complaints.add(at + ": " + violation.getId() + " " + violation.getHelp() + " "
                                            + violation.getNodes().stream()
                                                    .map(node -> node.getHtml())
                                                    .limit(3)
                                                    .toList()));
                }
                page.screenshot(new Page.ScreenshotOptions()
                        .setFullPage(!place[0].contains("large"))
                        .setPath(Path.of("target/screenshots", at + ".png")));
            }
        }
        assertThat(complaints).isEmpty();
    }
}
