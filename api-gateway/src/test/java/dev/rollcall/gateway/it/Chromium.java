package dev.rollcall.gateway.it;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A real browser: Chromium as the machine has it, talking to nothing but this machine. */
final class Chromium implements AutoCloseable {

    private static final List<String> PLACES =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;

    private Chromium(Playwright playwright, com.microsoft.playwright.Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Starts it; without one, the test is skipped with words, or fails where every part is required. */
    static Chromium start() {
        Path program = Stream.concat(Stream.ofNullable(System.getenv("CHROMIUM")), PLACES.stream())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (program == null) {
            if (Boolean.getBoolean("rollcall.tests.required")) {
                throw new AssertionError("Chromium is required here but not installed (looked at " + PLACES + ")");
            }
            Assumptions.abort("Chromium is not installed (looked at " + PLACES + "); set CHROMIUM to its path");
        }
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        return new Chromium(
                playwright,
                playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(program)
                                .setArgs(List.of(
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-quic",
                                        "--no-first-run",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync",
                                        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"))));
    }

    /**
     * A window of its own, without anything that another one did.
     *
     * @param user signed in with password {@code secret-USER}; null: nobody
     */
    BrowserContext window(String baseUrl, String locale, ColorScheme colours, int width, @Nullable String user) {
        return window(baseUrl, locale, colours, width, user, true);
    }

    /** Likewise; {@code scripts} false: as a browser that runs none. */
    BrowserContext window(
            String baseUrl, String locale, ColorScheme colours, int width, @Nullable String user, boolean scripts) {
        com.microsoft.playwright.Browser.NewContextOptions options =
                new com.microsoft.playwright.Browser.NewContextOptions()
                        .setBaseURL(baseUrl)
                        .setLocale(locale)
                        .setTimezoneId("Asia/Shanghai")
                        .setColorScheme(colours)
                        .setJavaScriptEnabled(scripts)
                        .setViewportSize(width, 900);
        BrowserContext window = browser.newContext(options);
        if (user != null) {
            Page page = window.newPage();
            page.navigate("/login");
            page.fill("#username", user);
            page.fill("#password", "secret-" + user);
            page.click("button.primary");
            page.waitForURL("**/clusters");
            page.close();
        }
        return window;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
