package dev.rollcall.standalone;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PageAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.Fault;
import dev.rollcall.emulator.Ledger;
import dev.rollcall.emulator.OdpSettings;
import dev.rollcall.standalone.adapter.hosts.DemoLayout.Place;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console as people use it: a real browser, the standalone application, emulated ODPs. Screenshots are left under {@code target/screenshots}. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {

    private static final double PATIENCE = 120_000;
    private static final LocatorAssertions.ContainsTextOptions SOON =
            new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE);
    private static final Pattern TASK_PAGE = Pattern.compile(".*/tasks/[0-9a-f-]{36}");

    @TempDir
    static Path data;

    private static Chromium chromium;
    private static DemoProcess demo;
    private static int port;
    private static String address = "";

    private BrowserContext window;

    @BeforeAll
    static void start() throws IOException {
        chromium = Chromium.start();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        demo = DemoProcess.start(data, port);
        address = demo.address().toString();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (demo != null) {
            demo.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void closeWindow(TestInfo test) {
        if (window != null && !window.pages().isEmpty()) {
            List<Page> pages = window.pages();
            String name = test.getTestMethod().orElseThrow().getName();
            pages.get(pages.size() - 1)
                    .screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots", name + ".png")));
            window.close();
        }
    }

    private Page open(String user, String path) {
        window = chromium.window(address, "en", ColorScheme.LIGHT, 1280, user);
        Page page = window.newPage();
        page.navigate(path);
        return page;
    }

    private static Locator dialog(Page page) {
        return page.locator("#dialog[open]");
    }

    /** Asks for the batches; on a busy machine the ODPs may not all answer in time, which the page says, and then once more. */
    private static void preview(Page page) {
        Locator late = dialog(page).locator("#preview .warning");
        Locator button = dialog(page).getByText("Preview");
        long end = System.nanoTime() + (long) (PATIENCE * 1_000_000);
        do {
            button.click();
            assertThat(button).isEnabled(new LocatorAssertions.IsEnabledOptions().setTimeout(PATIENCE));
        } while (late.isVisible() && System.nanoTime() < end);
    }

    /** Follows the toast to the task. */
    private static void viewTask(Page page) {
        page.locator(".toast a").click();
        assertThat(page).hasURL(TASK_PAGE, new PageAssertions.HasURLOptions().setTimeout(10_000));
    }

    private static Locator state(Page page) {
        return page.locator("#task-head h1 .badge");
    }

    private static Ledger ledger(String cluster, int number) {
        return List.copyOf(demo.ledgers(cluster).values()).get(number);
    }

    private static Place place(String cluster, int number) {
        return List.copyOf(demo.ledgers(cluster).keySet()).get(number);
    }

    private static EmulatedOdp odp(Place place) throws IOException {
        return EmulatedOdp.adopt(place.home(), OdpSettings.defaults().withPort(place.sqlPort()));
    }

    @Test
    @Order(1)
    void shouldRestartAllFromTheListAndShowItLiveUntilItIsCompleted() {
        Page page = open("operator", "/clusters");
        assertThat(page.locator("#cluster-rows")).containsText("6/6", SOON);

        page.locator("tr", new Page.LocatorOptions().setHasText("demo"))
                .locator("summary")
                .click();
        page.getByText("Restart All").locator("visible=true").click();
        assertThat(dialog(page).locator("input[value=RESTART]")).isChecked();
        assertThat(dialog(page).locator("#drain-now")).containsText(Pattern.compile("At present:\\s+[0-9.]+ s"));
        dialog(page).locator("#drainSeconds").fill("2");
        dialog(page).getByText("Half, then half").click();
        dialog(page).locator("#reason").fill("CHG-1042");
        preview(page);
        assertThat(dialog(page).locator(".preview")).containsText("2 batches, 6 ODPs");
        assertThat(dialog(page).locator(".preview li")).hasCount(2);
        dialog(page).locator(".submit").click();
        viewTask(page);

        page.evaluate("window.sameDocument = true");
        assertThat(page.locator("#batches .batch-RUNNING").first())
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE));
        assertThat(state(page)).containsText("Completed", SOON);
        assertThat(page.locator("#task-head")).containsText("6/6");
        assertThat(page.locator("#matrix-rows .row-RUNNING")).hasCount(6);
        assertThat(page.locator("#matrix-rows .dot-DONE")).hasCount(30);
        assertThat(page.locator("#chart rect.k-SERVING")).hasCount(6);
        assertThat(page.locator("#timeline"))
                .containsText("Completed", new LocatorAssertions.ContainsTextOptions().setIgnoreCase(true));
        assertThat(page.locator("#task-head form")).hasCount(0);
        assertThat(page.evaluate("window.sameDocument")).isEqualTo(true);
    }

    @Test
    @Order(2)
    void shouldSayWhyARestartIsNotPossibleAndForceItAfterTheIdWasTyped() {
        Page page = open("operator", "/clusters/legacy");
        assertThat(page.locator("#odp-rows .odp-RUNNING").first())
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE));

        page.locator("#cluster-head .actions a").click();

        Locator restart = dialog(page).locator("input[value=RESTART]");
        assertThat(restart).isDisabled();
        assertThat(dialog(page).locator(".option.impossible")).containsText("ODP21018");
        assertThat(dialog(page).locator(".option.impossible")).containsText("3.2.1");
        assertThat(dialog(page).locator("input[value=FORCE_RESTART]")).isChecked();
        assertThat(dialog(page).locator(".submit")).isDisabled();
        dialog(page).locator("#confirm").fill("legac");
        assertThat(dialog(page).locator(".submit")).isDisabled();
        dialog(page).locator("#confirm").fill("legacy");
        dialog(page).locator(".submit").click();
        viewTask(page);
        assertThat(state(page)).containsText("Completed", SOON);
        assertThat(page.locator("#chart rect.k-DOWN").first()).isAttached();
    }

    @Test
    @Order(3)
    void shouldRestartOnlyTickedOdpsAndRetryTheOneThatFailed() throws IOException {
        Place bad = place("demo", 1);
        odp(bad).fault(Fault.CHILD_DIES, Duration.ZERO, 1);
        long before = ledger("demo", 0).commands(2);

        Page page = open("operator", "/clusters/demo");
        page.locator("#odp-rows input[value='" + bad.odpId() + "']").check();
        assertThat(page.locator("#batch-count")).containsText("1 ticked");
        page.locator("#restart-selected").click();
        assertThat(dialog(page)).containsText("1 ODP");
        dialog(page).locator("#drainSeconds").fill("2");
        dialog(page).locator(".submit").click();
        viewTask(page);

        assertThat(state(page)).containsText("Failed", SOON);
        assertThat(page.locator("#task-head")).containsText("waits for a person");
        assertThat(page.locator(".failure")).containsText("TARGET");
        assertThat(page.locator(".failure .log")).isVisible();
        page.locator("#task-head form[action$='/retry'] button").click();
        assertThat(page.locator(".toast").first()).containsText("Retry", SOON);
        assertThat(state(page)).containsText("Completed", SOON);
        assertThat(page.locator("#matrix-rows")).containsText("attempt 2");
        assertThat(ledger("demo", 0).commands(2)).isEqualTo(before);
    }

    @Test
    @Order(4)
    void shouldSkipAnOdpThatFailed() throws IOException {
        Place bad = place("demo", 1);
        odp(bad).fault(Fault.CHILD_DIES);
        Page page = open("operator", "/clusters/demo");
        page.locator("#odp-rows input[value='" + bad.odpId() + "']").check();
        page.locator("#odp-rows input[value='" + place("demo", 2).odpId() + "']")
                .check();
        page.locator("#restart-selected").click();
        dialog(page).locator("#drainSeconds").fill("2");
        dialog(page).locator(".submit").click();
        viewTask(page);
        assertThat(page.locator(".failure")).containsText("TARGET", SOON);

        page.locator(".failure button").click();

        assertThat(state(page)).containsText("Incomplete", SOON);
        assertThat(page.locator("#matrix-rows .row-SKIPPED")).hasCount(1);
        odp(bad).clear(Fault.CHILD_DIES);
    }

    @Test
    @Order(5)
    void shouldShowAViewerNoButtonAndRefuseAForgedRequest() {
        Page page = open("viewer", "/clusters/demo");

        assertThat(page.locator("#odp-rows tr").first()).isVisible();
        assertThat(page.getByText("Restart All")).hasCount(0);
        assertThat(page.locator("#odp-rows input")).hasCount(0);
        Object status = page.evaluate("""
                async () => {
                  const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRF-TOKEN'];
                  const answer = await fetch('/clusters/demo/restart', {method: 'POST',
                    headers: {'Content-Type': 'application/x-www-form-urlencoded', 'X-CSRF-TOKEN': token},
                    body: 'mode=FORCE_RESTART&confirm=demo'});
                  return answer.status;
                }""");
        assertThat(status).isEqualTo(403);
        Object withoutToken = page.evaluate(
                "async () => (await fetch('/clusters/demo/restart', {method: 'POST', headers: {'Content-Type': 'application/x-www-form-urlencoded'}, body: 'mode=RESTART'})).status");
        assertThat(withoutToken).isEqualTo(403);
    }

    @Test
    @Order(6)
    void shouldSpeakChineseAndGoDarkAndRememberIt() {
        Page page = open("operator", "/clusters");

        page.getByText("中文").click();
        assertThat(page.locator("html")).hasAttribute("lang", "zh");
        page.getByText("深色").click();
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        page.navigate("/clusters/demo");

        assertThat(page.locator("#cluster-head .actions")).containsText("全部重启");
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
    }

    @Test
    @Order(7)
    void shouldBeUsableWithTheKeyboardAlone() {
        Page page = open("operator", "/clusters/demo");

        for (int i = 0; i < 40 && !focused(page).equals("Restart All"); i++) {
            page.keyboard().press("Tab");
        }
        page.keyboard().press("Enter");
        assertThat(dialog(page)).isVisible();
        assertThat(focused(page)).startsWith("Restart All").isNotEqualTo("Restart All");
        page.keyboard().press("Escape");
        assertThat(dialog(page)).hasCount(0);
        assertThat(focused(page)).isEqualTo("Restart All");
    }

    private static String focused(Page page) {
        return String.valueOf(page.evaluate("document.activeElement.textContent.trim()"));
    }

    @Test
    @Order(7)
    void shouldRestartPauseAndResumeWithTheKeyboardAlone() {
        Page page = open("operator", "/clusters/demo");

        tabTo(page, "#restart-all");
        page.keyboard().press("Enter");
        assertThat(dialog(page)).isVisible();
        tabTo(page, "#drainSeconds");
        page.keyboard().type("2");
        tabTo(page, "[name=preset]");
        for (int i = 0; i < 4; i++) {
            page.keyboard().press("ArrowDown");
        }
        assertThat(dialog(page).locator("[value=half-and-half]")).isChecked();
        tabTo(page, "#reason");
        page.keyboard().type("without a mouse");
        tabTo(page, ".submit");
        page.keyboard().press("Enter");
        assertThat(page.locator(".toast a")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE));
        tabTo(page, ".toast a");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(TASK_PAGE, new PageAssertions.HasURLOptions().setTimeout(10_000));
        assertThat(page.locator("#batches .batch-RUNNING").first())
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE));

        tabTo(page, "form[action$='/pause'] button");
        page.keyboard().press("Enter");
        assertThat(state(page)).hasText("Paused", new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE));
        tabTo(page, "form[action$='/resume'] button");
        page.keyboard().press("Enter");
        assertThat(state(page)).containsText("Completed", SOON);
        assertThat(page.locator("#task-head")).containsText("without a mouse");
    }

    /** Goes on by Tab until something is in focus; twice round any page is more than enough. */
    private static void tabTo(Page page, String selector) {
        for (int i = 0; i < 150; i++) {
            page.keyboard().press("Tab");
            if (Boolean.TRUE.equals(page.evaluate("what => document.activeElement.matches(what)", selector))) {
                return;
            }
        }
        throw new AssertionError("Tab never reaches " + selector);
    }

    @Test
    @Order(8)
    void shouldRegisterAClusterOnlyWhenEveryLineIsRight() {
        Page page = open("operator", "/clusters/register");
        page.locator("#definition").fill("clusters:\n  fresh:\n    odps:\n      - {host: 127.0.0.1, sqlPort: 99999}\n");

        page.getByText("Register", new Page.GetByTextOptions().setExact(true)).click();

        assertThat(page.locator(".banner.error")).containsText("Nothing was stored");
        assertThat(page.locator(".banner.error")).containsText("YAML:4");
        assertThat(page.locator(".banner.error")).containsText("odps[0].sqlPort");
        page.navigate("/clusters/fresh");
        assertThat(page.locator("h1")).containsText("did not work");
    }

    @Test
    @Order(9)
    void shouldSayThatItIsStaleAndLeadBackAfterTheGatewayRestarted() throws Exception {
        Page page = open("operator", "/clusters");
        assertThat(page.locator("#cluster-rows")).containsText("6/6", SOON);

        demo.kill();
        assertThat(page.locator("#stale")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE));
        demo = DemoProcess.start(data, port);
        demo.address();

        // The demo hashes its password anew at each start, which ends the sign-ins made with the old hash.
        assertThat(page)
                .hasURL(
                        Pattern.compile(".*/login\\?to=%2Fclusters"),
                        new PageAssertions.HasURLOptions().setTimeout(PATIENCE));
        page.fill("#username", "operator");
        page.fill("#password", DemoProcess.PASSWORD);
        page.click("button.primary");
        assertThat(page.locator("#cluster-rows")).containsText("6/6", SOON);
        assertThat(page.locator("#stale")).isHidden();
    }
}
