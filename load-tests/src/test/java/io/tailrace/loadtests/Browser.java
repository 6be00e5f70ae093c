package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium, as Debian packages it, and what a test does with it. */
final class Browser implements AutoCloseable {
  static final int WIDTH = 1200;
  static final int HEIGHT = 900;
  private static final String PICTURES = System.getProperty("tailrace.screenshots");
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final ChromeDriver driver;

  Browser(Path profile) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary("/usr/bin/chromium");
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // a container's root has none
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--user-data-dir=" + profile);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(new File("/usr/bin/chromedriver"))
            .build();
    driver = new ChromeDriver(service, options);
    size(WIDTH, HEIGHT);
  }

  void open(String url) {
    driver.get(url);
  }

  void dark(boolean dark) {
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  Object script(String script) {
    return driver.executeScript(script);
  }

  void press(CharSequence... keys) {
    Actions actions = new Actions(driver);
    for (CharSequence key : keys) {
      actions.sendKeys(key);
    }
    actions.perform();
  }

  /** Presses Tab until what has the focus is shown as this. */
  void tabTo(String accessibleName) {
    for (int i = 0; i < 80; i++) {
      press(Keys.TAB);
      if (focused().equals(accessibleName)) {
        return;
      }
    }
    throw new AssertionError("not reached with the Tab key: " + accessibleName);
  }

  /** The name, for assistive technology, of what has the focus. */
  String focused() {
    while (true) {
      try {
        return driver.switchTo().activeElement().getAccessibleName();
      } catch (StaleElementReferenceException replaced) {
        // An update of the page has moved the focus to a new element of the same name.
      }
    }
  }

  /**
   * Returns the text of the first such element, found and read in one step: an update of the page
   * may replace it at any time. Empty if there is none.
   */
  String text(String css) {
    String script = "return document.querySelector(arguments[0])?.innerText ?? ''";
    return (String) driver.executeScript(script, css);
  }

  WebElement one(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  void awaitText(String css, String... parts) {
    await()
        .atMost(BOUND)
        .ignoreException(StaleElementReferenceException.class)
        .untilAsserted(
            () ->
                assertThat(all(css).stream().map(WebElement::getText).toList().toString())
                    .contains(parts));
  }

  /** What the browser complained about since the last time. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  static boolean takesPictures() {
    return PICTURES != null;
  }

  /**
   * Keeps a picture of the page's top, of this height, if pictures are wanted: {@code
   * -Dtailrace.screenshots=../docs/img}.
   */
  void picture(String name, int height) throws IOException {
    if (takesPictures()) {
      size(WIDTH, height);
      Files.write(
          Files.createDirectories(Path.of(PICTURES)).resolve(name + ".png"),
          driver.getScreenshotAs(OutputType.BYTES));
      size(WIDTH, HEIGHT);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
