package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Debian's Chromium with a profile of its own. What it complains about on its console (scripts that
 * fail, the content security policy) is a fault of the page.
 */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Path SCREENSHOTS = Path.of("target/screenshots");

    private final ChromeDriver driver;
    private final List<String> complaints = new ArrayList<>();

    /** A phone held upright. */
    static Browser phone() {
        return phone(390, 844);
    }

    /** The smallest phone that people still carry. */
    static Browser smallPhone() {
        return phone(320, 568);
    }

    private static Browser phone(int width, int height) {
        ChromeOptions options = options();
        options.setExperimentalOption(
                "mobileEmulation",
                Map.of(
                        "deviceMetrics",
                        Map.of(
                                "width",
                                width,
                                "height",
                                height,
                                "pixelRatio",
                                2.0,
                                "mobile",
                                true,
                                "touch",
                                true)));
        return new Browser(options);
    }

    static Browser desk() {
        ChromeOptions options = options();
        options.addArguments("--window-size=1280,860");
        return new Browser(options);
    }

    private static ChromeOptions options() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=zh-CN",
                "--user-data-dir=" + Platform.folder("chromium"));
        // Chromium takes the language of its pages from here, not from --lang, on Linux.
        options.setExperimentalOption("prefs", Map.of("intl.accept_languages", "zh-CN,zh"));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        return options;
    }

    private Browser(ChromeOptions options) {
        Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE);
        OsPackages.chromium();
        driver =
                new ChromeDriver(
                        new ChromeDriverService.Builder()
                                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                                .usingAnyFreePort()
                                .build(),
                        options);
    }

    /** Brings the element to the top of the screen. */
    void scrollTo(String css) {
        driver.executeScript("arguments[0].scrollIntoView()", see(css));
    }

    void open(String url) {
        driver.get(url);
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** The one element, once it is shown. */
    WebElement see(String css) {
        return Wait.forValue(css + " is seen", PATIENCE, () -> find(css));
    }

    /** The element, once it shows this text. */
    WebElement see(String css, String text) {
        return Wait.forValue(
                css + " says " + text,
                PATIENCE,
                () ->
                        fresh(
                                () -> {
                                    WebElement e = find(css);
                                    return e != null && e.getText().contains(text) ? e : null;
                                }));
    }

    void gone(String css) {
        Wait.until(css + " is gone", PATIENCE, () -> find(css) == null);
    }

    private WebElement find(String css) {
        return fresh(
                () -> {
                    try {
                        WebElement e = driver.findElement(By.cssSelector(css));
                        return e.isDisplayed() ? e : null;
                    } catch (NoSuchElementException e) {
                        return null;
                    }
                });
    }

    /** The page draws itself anew while we look: then look again. */
    private static <T> T fresh(Supplier<T> look) {
        try {
            return look.get();
        } catch (StaleElementReferenceException e) {
            return null;
        }
    }

    String text(String css) {
        return Wait.forValue(
                css + " has a text",
                PATIENCE,
                () ->
                        fresh(
                                () -> {
                                    WebElement e = find(css);
                                    return e == null || e.getText().isBlank() ? null : e.getText();
                                }));
    }

    int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    /** The number in a {@code data-} attribute of the element. */
    long number(String css, String name) {
        see(css);
        return Wait.forValue(
                css + " has a number",
                PATIENCE,
                () ->
                        fresh(
                                () -> {
                                    WebElement e = find(css);
                                    return e == null
                                            ? null
                                            : Long.valueOf(e.getDomAttribute("data-" + name));
                                }));
    }

    String attribute(String css, String name) {
        return Wait.forValue(
                css + " has " + name, PATIENCE, () -> fresh(() -> find(css).getDomAttribute(name)));
    }

    void click(String css) {
        Wait.until(
                css + " can be clicked",
                PATIENCE,
                () -> {
                    WebElement e = find(css);
                    return e != null
                            && Boolean.TRUE.equals(
                                    fresh(
                                            () -> {
                                                if (!e.isEnabled()) {
                                                    return false;
                                                }
                                                e.click();
                                                return true;
                                            }));
                });
    }

    /** Each of these, until there is none left. */
    void clickAway(String css) {
        Wait.until(
                css + " are all gone",
                PATIENCE,
                () -> {
                    WebElement e = find(css);
                    if (e != null) {
                        fresh(
                                () -> {
                                    e.click();
                                    return e;
                                });
                        Wait.pause(200);
                    }
                    return e == null;
                });
    }

    void type(String css, String text) {
        see(css).sendKeys(text);
    }

    /** Takes the network away from the page, or gives it back; nothing else notices. */
    void network(boolean up) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of(
                        "offline",
                        !up,
                        "latency",
                        0,
                        "downloadThroughput",
                        -1,
                        "uploadThroughput",
                        -1));
    }

    /**
     * Into {@code target/screenshots}, after the last drawing has settled. Nothing may stick out at
     * the side.
     */
    void screenshot(String name) {
        Wait.pause(700);
        assertThat(
                        driver.executeScript(
                                "return document.documentElement.scrollWidth -"
                                        + " document.documentElement.clientWidth"))
                .as(name + " sticks out by this many pixels")
                .isEqualTo(0L);
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(
                    SCREENSHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the console complained about since the start, without what a test provoked. */
    List<String> complaints() {
        driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(e -> e.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .forEach(complaints::add);
        return complaints;
    }

    /** Answers that the test provokes are no complaint. */
    void forgive(String part) {
        complaints().removeIf(c -> c.contains(part));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
