package dev.rollcall.gateway.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import dev.rollcall.gateway.app.AuditBook;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Sighting;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdpState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Every page, in both languages and both colours, in a real browser. Screenshots are left under {@code target/screenshots}. */
class ConsoleGalleryIT {

    private static final String FIRST_PAINT = """
            () => new Promise(done => {
              const seen = performance.getEntriesByName('first-contentful-paint');
              if (seen.length) { done(seen[0].startTime); return; }
              new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')
                .forEach(entry => done(entry.startTime))).observe({type: 'paint', buffered: true});
            })""";

    private static ConfigurableApplicationContext gateway;
    private static Chromium browser;
    private static Views views;
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
        views = gateway.getBean(Views.class);
        new Showcase(views).fill();
        Showcase.audit().forEach(gateway.getBean(AuditBook.class)::add);
        views.caughtUp();
        var server = ((ReactiveWebServerApplicationContext) gateway).getWebServer();
        assertThat(server).isNotNull();
        port = server == null ? 0 : server.getPort();
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    private static BrowserContext window(String language, ColorScheme colours, int width) {
        return browser.window("http://127.0.0.1:" + port, language, colours, width, "operator");
    }

    /** Also prints how soon the pages of 500 ODPs are painted; the figures are in docs/performance.md. */
    @Test
    void shouldShowFiveHundredOdpsInGroups() {
        try (BrowserContext window = window("en", ColorScheme.LIGHT, 1280)) {
            Page page = window.newPage();
            for (String place : List.of("/tasks/" + Showcase.LARGE, "/clusters/large")) {
                List<Long> paints = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    page.navigate(place);
                    paints.add(Math.round(((Number) page.evaluate(FIRST_PAINT)).doubleValue()));
                }
                System.out.printf("First contentful paint of %s: %s ms%n", place, paints);
            }
            page.navigate("/tasks/" + Showcase.LARGE);
            assertThat(page.locator("#matrix-rows .group")).hasCount(50);
            assertThat(page.locator("#matrix-rows tr:not(.group)")).hasCount(10);
            assertThat(page.locator("#chart .track")).hasCount(50);
            assertThat(page.locator("#g-b39")).containsText("5 done");
            page.navigate("/tasks/" + Showcase.LARGE + "?group=ZONE");
            assertThat(page.locator("#matrix-rows .group")).hasCount(3);
            assertThat(page.locator("#matrix-rows .group").first()).containsText("Zone z1");
        }
    }

    @Test
    void shouldOpenAndShutAGroupWithTheKeyboardAndStayLive() {
        try (BrowserContext window = window("en", ColorScheme.LIGHT, 1280)) {
            Page page = window.newPage();
            page.navigate("/tasks/" + Showcase.LARGE);
            page.evaluate("window.sameDocument = true");
            Locator toggle = page.locator("#g-b50-toggle");
            assertThat(toggle).hasAttribute("aria-expanded", "false");

            toggle.focus();
            page.keyboard().press("Enter");
            assertThat(toggle).hasAttribute("aria-expanded", "true");
            assertThat(toggle).isFocused();
            assertThat(page.locator("#matrix-rows tr:not(.group)")).hasCount(15);
            OdpId odp = views.rows(new TaskId(Showcase.LARGE)).stream()
                    .filter(row -> row.batch() == 50)
                    .findFirst()
                    .orElseThrow()
                    .odp();
            views.apply(Given.row(Showcase.LARGE, odp.value(), 50, TaskOdpState.RESTARTING));
            assertThat(page.locator("#g-b50")).containsText("1 in progress");
            assertThat(page.locator("#matrix-rows tr").filter(new Locator.FilterOptions().setHasText(odp.value())))
                    .containsText("Restarting");
            assertThat(toggle).isFocused();

            page.keyboard().press("Enter");
            assertThat(toggle).hasAttribute("aria-expanded", "false");
            assertThat(page.locator("#matrix-rows tr:not(.group)")).hasCount(10);
            assertThat(page.evaluate("window.sameDocument")).isEqualTo(true);
            views.apply(Given.row(Showcase.LARGE, odp.value(), 50, TaskOdpState.PRECHECKED));
            assertThat(page.locator("#g-b50")).containsText("5 waiting");
        }
    }

    @Test
    void shouldShowAChangeWithoutPollingAndKeepAMenuOpenAndTheFocusWhereItIs() {
        ClusterId cluster = new ClusterId("orders");
        try (BrowserContext window = window("en", ColorScheme.LIGHT, 1280)) {
            Page page = window.newPage();
            List<String> requests = new ArrayList<>();
            page.navigate("/clusters");
            Locator row = page.locator("#cluster-rows tr").filter(new Locator.FilterOptions().setHasText("Orders"));
            row.locator("summary").click();
            assertThat(row).containsText("4/4");
            Sighting last = views.clusters(Instant.now()).stream()
                    .filter(each -> each.cluster().id().equals(cluster))
                    .flatMap(each -> each.odps().stream())
                    .map(LiveOdp::last)
                    .filter(Objects::nonNull)
                    .reduce((first, second) -> second)
                    .orElseThrow();

            long before = System.nanoTime();
            views.apply(Given.withState(last, OdpState.STOPPED));
            assertThat(row).containsText("3/4");
            System.out.printf("A change was on the page after %d ms%n", (System.nanoTime() - before) / 1_000_000);
            assertThat(row.locator("details.menu")).hasAttribute("open", "");
            // The first change came by the stream, so that the page is there with all that belongs to it.
            page.onRequest(request -> requests.add(request.url()));
            views.apply(last);
            assertThat(row).containsText("4/4");
            assertThat(requests).as("requests after the page was there").isEmpty();
        }
    }

    @Test
    void shouldNarrowTheAuditAndGiveTheSameLinesAsAFile() throws IOException {
        try (BrowserContext window = window("en", ColorScheme.LIGHT, 1280)) {
            Page page = window.newPage();
            page.navigate("/audit");
            Locator rows = page.locator("tbody tr");
            assertThat(rows).hasCount(5);
            assertThat(rows.first()).containsText("TASK_ENDED");

            page.locator("input[name=user]").fill("ALI");
            page.locator("input[name=user]").press("Enter");
            assertThat(rows).hasCount(2);
            assertThat(rows).containsText(new String[] {"alice", "alice"});
            page.locator("select[name=period]").selectOption("DAY");
            page.locator("form.filter button").click();
            assertThat(rows).hasCount(1);
            assertThat(rows).containsText("CHG-1042");
            assertThat(rows.locator("a[href='/tasks/" + Showcase.RUNNING + "']"))
                    .hasCount(1);
            page.locator("form.filter a").click();
            assertThat(rows).hasCount(5);

            page.locator("select[name=decision]").selectOption("DENIED");
            page.locator("form.filter button").click();
            assertThat(rows).containsText(new String[] {"IAM11000", "ODP21017"});
            List<String> denied =
                    csv(page.waitForDownload(() -> page.getByText("CSV").click()));
            assertThat(denied).hasSize(3);
            assertThat(denied.get(1)).contains("\"carol\"", "\"DENIED\"", "\"IAM11000\"");
            assertThat(denied.get(2)).contains("\"bob\"", "\"ODP21017\"", "\"" + Showcase.REJECTED + "\"");
            page.locator("form.filter a").click();
            page.locator("input[name=cluster]").fill("legacy");
            page.locator("form.filter button").click();
            assertThat(rows).hasCount(1);
            assertThat(csv(page.waitForDownload(() -> page.getByText("CSV").click()))
                            .get(1))
                    .as("a spreadsheet must not compute it")
                    .contains("\"'=2+2\"");

            page.locator("input[name=cluster]").fill("nobody");
            page.locator("form.filter button").click();
            assertThat(rows).containsText("Nothing like that");
        }
    }

    private static List<String> csv(Download download) throws IOException {
        assertThat(download.suggestedFilename()).isEqualTo("rollcall-audit.csv");
        return Files.readAllLines(download.path());
    }

    @Test
    void shouldPrintAReportThatCanBeReadOnPaper() {
        try (BrowserContext window = window("en", ColorScheme.DARK, 1000)) {
            Page page = window.newPage();
            page.navigate("/tasks/" + Showcase.HALTED);
            page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));

            assertThat(page.locator(".topbar")).isHidden();
            assertThat(page.locator("#task-head .actions")).isHidden();
            assertThat(page.locator(".failure .log")).isVisible();
            assertThat(page.locator("h1")).hasCSS("color", "rgb(19, 32, 57)");
            assertThat(page.locator(".card").first()).hasCSS("background-color", "rgb(255, 255, 255)");
            assertThat(((Number) page.evaluate("""
                            () => { const right = of => document.querySelector(of).getBoundingClientRect().right;
                                    return right('.matrix') - right('.card:has(.matrix)'); }""")).doubleValue())
                    .as("pixels by which the table sticks out of its frame")
                    .isLessThanOrEqualTo(0);
            look(page, "print", false, List.of());
        }
    }

    @Test
    void shouldBeReadableAndEvenRestartWithoutScripts() {
        try (BrowserContext window =
                browser.window("http://127.0.0.1:" + port, "en", ColorScheme.LIGHT, 1280, "operator", false)) {
            Page page = window.newPage();
            page.navigate("/tasks/" + Showcase.LARGE);
            page.locator("#g-b48-toggle").click();
            assertThat(page.locator("#g-b48-toggle")).hasAttribute("aria-expanded", "true");

            page.navigate("/clusters/idle");
            page.locator("#restart-all").click();
            page.locator("#reason").fill("without scripts");
            page.locator(".submit").click();
            assertThat(page).hasURL(Pattern.compile(".*/tasks/[^/]+"));
            assertThat(page.locator("#task-head")).containsText("without scripts");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "en, LIGHT, 1280, true",
        "zh-CN, DARK, 1280, true",
        "en, DARK, 1280, false",
        "zh-CN, LIGHT, 1280, false",
        "en, LIGHT, 420, false",
        "zh-CN, DARK, 420, false"
    })
    void shouldShowEveryPageWithoutAFault(String language, ColorScheme colours, int width, boolean accessible) {
        List<String> complaints = new ArrayList<>();
        try (BrowserContext window = window(language, colours, width)) {
            Page page = window.newPage();
            page.onConsoleMessage(message -> {
                // Pages that say 404 and 422 are what is asked for; browsers note that as an error of their own.
                if (message.type().equals("error") && !message.text().matches(".*status of (404|422).*")) {
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
                {"fault", "/tasks/" + Showcase.NONE},
                {"tasks-empty", "/tasks?cluster=nobody"},
                {"cluster-empty", "/clusters/empty"},
                {"restart", "/clusters/spare/restart"},
                {"restart-busy", "/clusters/orders/restart"},
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
                        .isEqualTo(place[0].equals("fault") ? 404 : 200);
                String at = "%s-%s-%s-%d".formatted(place[0], language, colours, width);
                if (Boolean.TRUE.equals(
                        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))) {
                    complaints.add(at + ": wider than the window");
                }
                look(page, at, accessible && !place[0].contains("large"), complaints);
            }
            String at = "%s-%s-%d".formatted(language, colours, width);
            page.navigate("/clusters");
            page.locator("#cluster-rows tr")
                    .filter(new Locator.FilterOptions().setHasText("Idle"))
                    .locator("summary")
                    .click();
            look(page, "clusters-menu-" + at, accessible, complaints);
            page.locator("#cluster-rows a[href*='/idle/restart']").click();
            assertThat(page.locator("#dialog[open]")).isVisible();
            look(page, "restart-dialog-" + at, accessible, complaints);
            page.navigate("/clusters/register");
            page.locator("#definition")
                    .fill("clusters:\n  fresh:\n    odps:\n      - {host: 127.0.0.1, sqlPort: 99999}\n");
            page.locator("#content button.primary").click();
            assertThat(page.locator(".banner.error")).isVisible();
            look(page, "register-faults-" + at, accessible, complaints);
        }
        try (BrowserContext nobody = browser.window("http://127.0.0.1:" + port, language, colours, width, null)) {
            Page page = nobody.newPage();
            page.navigate("/login");
            assertThat(((Number) page.evaluate("""
                            () => { const box = document.querySelector('.card').getBoundingClientRect();
                                    return Math.abs(box.left + box.right - window.innerWidth) / 2; }""")).doubleValue())
                    .as("pixels that the form is off the middle")
                    .isLessThan(10);
            look(page, "login-%s-%s-%d".formatted(language, colours, width), accessible, complaints);
            page.fill("#username", "operator");
            page.fill("#password", "not this one");
            page.click("button.primary");
            assertThat(page.locator("[role=alert]")).isVisible();
            look(page, "login-refused-%s-%s-%d".formatted(language, colours, width), accessible, complaints);
        }
        assertThat(complaints).isEmpty();
    }

    /** Takes a picture, of the whole page where it is not endless, and asks axe what is wrong with it. */
    private static void look(Page page, String at, boolean accessible, List<String> complaints) {
        if (accessible) {
            new AxeBuilder(page)
                    .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
                    .analyze()
                    .getViolations()
                    .forEach(violation -> complaints.add(at + ": " + violation.getId() + " " + violation.getHelp() + " "
                            + violation.getNodes().stream()
                                    .map(node -> node.getHtml())
                                    .limit(3)
                                    .toList()));
        }
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(!at.contains("large"))
                .setPath(Path.of("target/screenshots", at + ".png")));
    }
}
