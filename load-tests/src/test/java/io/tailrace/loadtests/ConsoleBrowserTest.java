package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.tailrace.loadtests.shop.ShopTraffic;
import io.tailrace.loadtests.shop.TrafficOptions;
import io.tailrace.topology.instance.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Uses the console of a fleet of two in a real browser. */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleBrowserTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String TOKEN = "a token of the test's own".replace(' ', '-');
  private static final String DOCUMENT =
      """
      decision_wait: 10s
      policies:
        - name: errors
          type: status_code
          status_code: {status_codes: [ERROR]}
        - name: checkout
          type: and
          and:
            and_sub_policy:
              - name: is-checkout
                type: string_attribute
                string_attribute: {key: service.name, values: [checkout]}
              - name: half
                type: probabilistic
                probabilistic: {sampling_percentage: 50}
        - name: rest
          type: probabilistic
          probabilistic: {sampling_percentage: 1}
      """;

  private EmbeddedKafka kafka;
  private TestClients clients;
  private Fleet fleet;
  private Engine one;
  private Engine two;
  private ShopTraffic traffic;
  private Browser browser;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    kafka = EmbeddedKafka.builder().start();
    clients = new TestClients(kafka.bootstrapServers());
    fleet = new Fleet(kafka, directory);
    one = fleet.start(1);
    two = fleet.start(2);
    clients.write("tailrace_policies", "default", DOCUMENT);
    traffic =
        new ShopTraffic(
            kafka.bootstrapServers(),
            "otlp_spans",
            TrafficOptions.seeded(1).withSpansPerSecond(300));
    traffic.start();
    browser = new Browser(directory.resolve("chromium"));
  }

  @AfterAll
  void stop() {
    browser.close();
    traffic.close();
    fleet.close();
    kafka.close();
  }

  @Test
  @Order(1)
  void theOverviewTellsOfTheFleet_inLightAndDark() throws Exception {
    go("/");
    browser.awaitText("#fleet", "2 instances · policies version 1");
    browser.awaitText(".tile", "Spans in", "Traces kept", "Open traces", "Decision delay");
    browser.awaitText("tbody", "errors", "checkout", "rest");
    assertThat(browser.all(".chart .plot[role=img] canvas")).hasSize(6);
    assertThat(browser.one(".chart .plot").getDomAttribute("aria-label"))
        .contains("Spans, the last", "in now", "kept now");

    String light = background();
    awaitSteps(Browser.takesPictures() ? 29 : 3);
    browser.awaitText("tbody", "µs"); // one evaluation in 64 of a task is timed
    browser.picture("console-overview", 920);
    browser.dark(true);
    assertThat(background()).isNotEqualTo(light);
    browser.picture("console-overview-dark", 920);
    browser.dark(false);
    theHighestValueIsDrawn();
    narrowPagesFit();
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  /** Steps of ten seconds on the first chart. */
  private void awaitSteps(int steps) {
    await()
        .atMost(BOUND.plusSeconds(10L * steps))
        .until(
            () ->
                browser.script(
                            "return fetch('/api/fleet').then(answer => answer.json())"
                                + ".then(fleet => fleet.figures.series.spans"
                                + ".filter(value => value != null).length)")
                        instanceof Long known
                    && known > steps);
  }

  /** Draws a chart whose values reach its highest mark, and looks for them on its canvas. */
  private void theHighestValueIsDrawn() {
    for (String most : List.of("1", "1000", "1023.9", "999.99")) {
      Object pixels =
          browser.script(
              """
              return import('/chart.js').then(({chart}) => {
                const drawn = chart({title: 't', lines: [{name: 'n', kind: 'kept'}], format: String});
                document.body.append(drawn.element);
                drawn.show([Array(40).fill(%s)], 40);
                return new Promise(done => setTimeout(() => {
                  const canvas = drawn.element.querySelector('canvas');
                  const {width, height} = canvas;
                  const data = canvas.getContext('2d').getImageData(width - 20, 0, 1, height).data;
                  const accent = getComputedStyle(document.documentElement)
                    .getPropertyValue('--accent').match(/[0-9a-f]{2}/g).map(hex => parseInt(hex, 16));
                  const near = row => accent.every((part, i) => Math.abs(data[row * 4 + i] - part) < 60);
                  const found = [...Array(height).keys()].filter(near).length;
                  drawn.remove();
                  drawn.element.remove();
                  done(found);
                }, 100));
              });
              """
                  .formatted(most));
      assertThat((Long) pixels).as("the line at " + most + " has its width").isBetween(2L, 4L);
    }
  }

  private String background() {
    return (String) browser.script("return getComputedStyle(document.body).backgroundColor");
  }

  private void narrowPagesFit() {
    browser.size(380, Browser.HEIGHT);
    assertThat(browser.script("return document.documentElement.scrollWidth <= 380"))
        .as("wide tables scroll by themselves")
        .isEqualTo(true);
    browser.size(Browser.WIDTH, Browser.HEIGHT);
  }

  @Test
  @Order(2)
  void keysAloneReachEveryPage() {
    go("/");
    browser.press(Keys.TAB);
    assertThat(browser.focused()).isEqualTo("Skip to content");
    browser.press(Keys.ENTER);
    assertThat(browser.script("return document.activeElement.id")).isEqualTo("content");

    go("/");
    for (String page : List.of("Instances", "Traces", "Keys", "Policies", "Operations")) {
      browser.script("document.querySelector('.brand').focus()");
      browser.tabTo(page);
      browser.press(Keys.ENTER);
      browser.awaitText("h1", page.equals("Keys") ? "Budgets and keys" : page);
      assertThat(browser.text("nav [aria-current]")).isEqualTo(page);
    }
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  @Test
  @Order(3)
  void instancesAndPartitionsAreThere_withTheirLag() throws Exception {
    go("/instances");
    browser.awaitText("main", address(one), address(two), "this one", "running", "version 1");
    browser.awaitText(
        "main", "tailrace_spans_by_trace 0", "tailrace_spans_by_trace 3", "otlp_spans 0");
    browser.awaitText("main", "Heap", "Disk", "GiB");
    assertThat(browser.all(".fill > span")).as("heap and disk of two").hasSize(4);
    browser.picture("console-instances", 620);
    narrowPagesFit();
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  @Test
  @Order(4)
  void aPolicyIsEdited_tried_published_andArrivesEverywhere() throws Exception {
    go("/policies");
    browser.awaitText("#check", "Valid, 3 policies");
    browser.tabTo("Document");
    browser.press(
        Keys.chord(Keys.CONTROL, Keys.END),
        "  - name: slow\n    type: latency\n    latency: {threshold_ms: fast}\n");
    browser.awaitText("#check", "1 fault", "policies[3].latency.threshold_ms", "fast");
    browser.awaitText(".numbers mark", "21");
    assertThat(browser.one("#publish").isEnabled()).isFalse();

    browser.press(Keys.ARROW_UP, Keys.END, Keys.ARROW_LEFT);
    browser.press(Keys.BACK_SPACE, Keys.BACK_SPACE, Keys.BACK_SPACE, Keys.BACK_SPACE, "300");
    browser.awaitText("#check", "Valid, 4 policies");
    assertThat(browser.one("#publish").isEnabled()).isTrue();

    browser.tabTo("Simulate");
    await()
        .atMost(BOUND)
        .until(
            () -> { // until the first traces of the log are decided
              browser.press(Keys.ENTER);
              await().atMost(BOUND).until(() -> browser.one("#simulate").isEnabled());
              return browser.text("#effect").contains("Only this document keeps");
            });
    browser.awaitText("#effect", "version 1 against this document", "slow", "frontend");
    browser.picture("console-policies", 900);

    browser.tabTo("Comment");
    browser.press("slow ones, too", Keys.ENTER);
    browser.awaitText("#confirm", "Publish to the fleet?", "+   - name: slow", "threshold_ms: 300");
    browser.picture("console-publish", 900);
    browser.press(Keys.ESCAPE);
    browser.awaitText("#outcome", "Not published.");
    browser.tabTo("Review and publish…");
    browser.press(Keys.ENTER);
    confirm("Publish");
    browser.awaitText("#outcome", "Published version 2");
    browser.awaitText(
        "#arrival", address(one) + " judges by version 2", address(two) + " judges by version 2");
    browser.awaitText("#versions", "+slow", "slow ones, too", "console");
    assertThat(PolicyGauges.version(one)).isEqualTo(2);
    assertThat(PolicyGauges.version(two)).isEqualTo(2);
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  private void confirm(String action) {
    browser.awaitText("#confirm-yes", action);
    assertThat(browser.focused()).isEqualTo(action);
    browser.press(Keys.ENTER);
  }

  @Test
  @Order(5)
  void aShadowSetAndATemporaryPolicyArePublished_promoted_andRolledBack() {
    go("/policies");
    browser.awaitText("#check", "Valid, 4 policies");
    choose("#mode", "shadow");
    browser.tabTo("Review and publish…");
    browser.press(Keys.ENTER);
    browser.awaitText("#confirm", "Publish as shadow set?");
    confirm("Publish");
    browser.awaitText("#outcome", "Published version 3 of default.shadow");
    browser.awaitText("#shadow", "Version 3, published");

    type("policies: [{name: all, type: always_sample}]");
    browser.awaitText("#check", "Valid, 1 policy");
    choose("#mode", "temporary");
    browser.tabTo("Review and publish…");
    browser.press(Keys.ENTER);
    browser.awaitText("#confirm", "Publish for 15 minutes?", "until", ": all", "expires_at");
    confirm("Publish");
    browser.awaitText("#outcome", "Published version 4 of default");
    browser.awaitText("#versions", "+all", "until");

    browser.tabTo("Promote…");
    browser.press(Keys.ENTER);
    browser.awaitText("#confirm", "Make the shadow set the policies", "expires_at");
    confirm("Promote");
    browser.awaitText("#shadow", "None is published.");
    browser.awaitText("#versions", "promote version 3 of default.shadow");

    browser.tabTo("Roll back to version 4");
    browser.press(Keys.ENTER);
    browser.awaitText("#confirm", "Roll back to version 4?", "expires_at");
    confirm("Roll back");
    browser.awaitText("#versions", "rollback to version 4");

    type("policies: [{name: all, type: always_sample}, {name: all, type: always_sample}]");
    browser.awaitText("#check", "1 fault", "all");
    assertThat(browser.one("#publish").isEnabled()).isFalse();
    browser.script("sessionStorage.clear()");
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  private void type(String document) {
    browser.script("document.querySelector('#document').select()");
    browser.press(document);
  }

  private void choose(String select, String value) {
    browser.script(
        "const it = document.querySelector('%s'); it.value = '%s'; it.dispatchEvent(new Event('change'))"
            .formatted(select, value));
  }

  @Test
  @Order(6)
  void aTraceIsLookedUp_whileItIsOpenAndAfterwards() throws Exception {
    String id = writeTrace(7);
    go("/traces");
    browser.awaitText("#verdicts", "not kept", "errors: not");
    browser.tabTo("Trace id");
    browser.press("12", Keys.ENTER);
    browser.awaitText("#trace-fault", "A trace ID has 32 hex characters.");
    browser.press(Keys.BACK_SPACE, Keys.BACK_SPACE, id, Keys.ENTER);
    browser.awaitText("#found", "open", "due", "If it were decided now: kept because of errors");
    browser.awaitText(".waterfall", "GET /cart", "SELECT cart", "error: no stock", "3 spans");
    browser.tabTo("SELECT cart");
    browser.press(Keys.ENTER);
    browser.awaitText(".span-details", "db.statement", "select 1", "retry", "attempt");
    browser.picture("console-trace", 760);

    browser.awaitText("#found", "decided", "Kept because of errors", "Late spans follow it until");
    browser.tabTo("Show spans and votes from the log");
    browser.press(Keys.ENTER);
    browser.awaitText("#found", "Evaluated again from the log", "as recorded.", "errors: keep");
    browser.awaitText(".waterfall", "GET /cart", "SELECT cart", "error: no stock", "3 spans");
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  @Test
  @Order(7)
  void recentVerdictsAreFiltered_andADroppedTraceIsKept() {
    go("/traces");
    browser.awaitText("#verdicts", "not kept");
    choose("#only", "not");
    browser.awaitText("#shown", " of ");
    assertThat(browser.text("#verdicts tbody")).contains("not kept");
    browser.tabTo("Text");
    browser.press("no such text");
    browser.awaitText("#verdicts", "No recent verdict passes the filters.");
    browser.script("document.querySelector('#words').select()");
    browser.press(Keys.BACK_SPACE);
    browser.awaitText("#verdicts", "not kept");
    browser.script("document.querySelector('#verdicts a.id').focus()");
    browser.press(Keys.ENTER);
    browser.awaitText("#found", "decided", "Not kept");
    browser.tabTo("Keep this trace…");
    browser.press(Keys.ENTER);
    browser.awaitText("#confirm", "Keep this trace?");
    confirm("Keep");
    browser.awaitText("#kept", "exported");
    narrowPagesFit();
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  @Test
  @Order(8)
  void anOperationLeadsToItsKeptTraces_andToWhatWouldKeepMore() throws Exception {
    go("/operations");
    browser.awaitText("#operations", "frontend", "GET /", "server");
    browser.awaitText("#matching", "operations");
    browser.script("document.querySelector('#sort').focus()");
    browser.tabTo("Operations");
    browser.press(Keys.TAB);
    String name = browser.focused();
    browser.press(Keys.ENTER);
    browser.awaitText("#operations .details", "What would keep more of these?");
    await().atMost(BOUND).until(() -> browser.text("#operations tbody td").endsWith("/s"));
    browser.awaitText("#operations .details", "What would keep more of these?"); // it stays open
    browser.picture("console-operations", 760);
    browser.tabTo("Its recent verdicts");
    browser.press(Keys.ENTER);
    browser.awaitText("h1", "Traces");
    assertThat(browser.one("#operation").getDomProperty("value")).isEqualTo(name);

    go("/operations");
    browser.awaitText("#operations", name);
    browser.script("document.querySelector('#q').focus()");
    browser.press("no such operation");
    browser.awaitText("#operations", "No operation matches.");
    browser.script("document.querySelector('#q').select()");
    browser.press(name);
    browser.awaitText("#operations", name);
    browser.script("document.querySelector('#operations button.name').click()");
    browser.tabTo("What would keep more of these?");
    browser.press(Keys.ENTER);
    browser.awaitText("h1", "Policies");
    browser.awaitText("#check", "Valid, 1 policy");
    assertThat(browser.one("#document").getDomProperty("value")).contains(name, "more-");
    browser.awaitText("#effect", "against this document", "more-");
    browser.script("sessionStorage.clear()");
    narrowPagesFit();
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  @Test
  @Order(9)
  void suggestedPoliciesAreValid_whateverTheNames() {
    go("/policies");
    browser.awaitText("#check", "Valid");
    for (boolean isRules : List.of(false, true)) {
      Object check =
          browser.script(
              """
              return import('/policies.js')
                .then(({suggestion}) => suggestion('sh"op', "GET 'it' \\\\d #{x}: ü", %s))
                .then(document => fetch('/api/policies/validate', {method: 'POST',
                  headers: {'Content-Type': 'application/json'}, body: JSON.stringify({document})}))
                .then(answer => answer.text());
              """
                  .formatted(isRules));
      assertThat((String) check).contains("\"valid\":true");
    }
  }

  @Test
  @Order(10)
  void tenThousandOperationsDoNotFreezeThePage() {
    go("/operations");
    browser.awaitText("#operations", "frontend");
    browser.script(
        """
        const rows = Array.from({length: 10_000}, (_, i) => ({service: `service-${i % 50}`,
          operation: `operation ${i}`, kind: 'SPAN_KIND_SERVER', calls: 10_000 - i, errors: 1, failed: 1,
          kept: 5, weighted: 5, weight: 50, seconds: 1, buckets: Array(17).fill(1),
          policies: [{policy: 'errors', kept: 5}], recent: [], p50: 0.1, p95: 0.2, p99: 0.3}));
        const answer = JSON.stringify({bounds: [], total: 10_000, matching: 10_000, operations: rows, silent: {}});
        const real = window.fetch;
        window.answered = 0;
        window.fetch = (path, options) => {
          if (!path.startsWith('/api/operations')) return real(path, options);
          window.answered++;
          return Promise.resolve(new Response(answer, {headers: {'Content-Type': 'application/json'}}));
        };
        window.longest = 0;
        let last = performance.now();
        setInterval(() => { longest = Math.max(longest, performance.now() - last); last = performance.now(); }, 10);
        """);
    browser.script("document.querySelector('#q').focus()");
    browser.press("operation");
    browser.awaitText("#matching", "10,000 operations, 1 to 100");
    browser.script(
        "[...document.querySelectorAll('button')].find(b => b.innerText === 'Next').click()");
    browser.awaitText("#matching", "10,000 operations, 101 to 200");
    browser.awaitText("#operations", "operation 100");
    await().atMost(BOUND).until(() -> (Long) browser.script("return answered") >= 3);
    assertThat(browser.all("#operations tbody tr")).hasSize(100);
    assertThat(((Number) browser.script("return longest")).doubleValue())
        .as("milliseconds without an answer to the user")
        .isLessThan(1_000);
  }

  @Test
  @Order(11)
  void budgetsAndKeysAreShown_andKeepUp() throws Exception {
    go("/keys");
    browser.awaitText("main", "No policy has a budget or keys.");
    clients.write(
        "tailrace_policies",
        "default",
        """
        decision_wait: 2s
        policies:
          - name: budget
            type: adaptive_throughput
            adaptive_throughput:
              goal_throughput: 100
              fingerprint_attributes: [root.service, root.name]
              adjustment_interval: 1s
          - {name: limit, type: bytes_limiting, bytes_limiting: {bytes_per_second: 2048}}
        """);
    browser.awaitText("main", "budget", "spans", "100/s", "limit", "2 KiB/s", "GET /");
    assertThat(browser.script("return document.querySelectorAll('#content h2').length"))
        .isEqualTo(1L);
    browser.picture("console-keys", 820);
    narrowPagesFit();
    nothingIsComplainedOf_andNothingComesFromElsewhere();
  }

  @Test
  @Order(12)
  void theTokenIsAskedFor_andWhenNobodyAnswersItIsTold(@TempDir Path directory) {
    try (Fleet guarded = new Fleet(kafka, directory)) {
      Engine engine =
          guarded
              .set("TAILRACE_APPLICATION_ID", "guarded")
              .set("TAILRACE_INGEST_MODE", "keyed")
              .set("TAILRACE_ADMIN_TOKEN", TOKEN)
              .start(1);
      browser.open("http://" + address(engine) + "/");
      browser.awaitText("#login", "admin.token");
      assertThat(browser.focused()).isEqualTo("Token");
      browser.press("something else", Keys.ENTER);
      browser.awaitText("#login-error", "Wrong token.");
      browser.press(TOKEN, Keys.ENTER);
      browser.awaitText("#fleet", "1 instance · policies version 8");
      assertThat(browser.one("#login").isDisplayed()).isFalse();
    }
    browser.awaitText("#banner", "No response since");
    browser.complaints(); // of refused connections
  }

  private String writeTrace(long id) throws Exception {
    long start = Instant.now().toEpochMilli() * 1_000_000;
    clients.writeSpans(
        "otlp_spans",
        1,
        System.currentTimeMillis(),
        span(id, 1, 0, "GET /cart", start, 180).build(),
        span(id, 2, 1, "SELECT cart", start + 20_000_000, 60)
            .addAttributes(attribute("db.statement", "select 1"))
            .addEvents(
                Span.Event.newBuilder()
                    .setName("retry")
                    .setTimeUnixNano(start + 30_000_000)
                    .addAttributes(attribute("attempt", "2")))
            .build(),
        span(id, 3, 1, "reserve", start + 90_000_000, 80)
            .setStatus(Status.newBuilder().setCodeValue(2).setMessage("no stock"))
            .build());
    return ExportReader.hex(Otlp.traceId(id));
  }

  private static Span.Builder span(
      long trace, int id, int parent, String name, long start, long millis) {
    Span.Builder span =
        Otlp.span(trace).toBuilder()
            .setSpanId(spanId(id))
            .setName(name)
            .setStartTimeUnixNano(start)
            .setEndTimeUnixNano(start + millis * 1_000_000);
    return parent == 0 ? span : span.setParentSpanId(spanId(parent));
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString spanId(int id) {
    return ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) id});
  }

  private void nothingIsComplainedOf_andNothingComesFromElsewhere() {
    assertThat(browser.complaints()).isEmpty();
    assertThat(
            browser.script(
                "return performance.getEntriesByType('resource').map(e => e.name)"
                    + ".filter(name => !name.startsWith(location.origin))"))
        .isEqualTo(List.of());
  }

  private void go(String page) {
    browser.open("about:blank"); // or a change of the fragment loads nothing
    browser.open("http://" + address(one) + "/#" + page);
  }

  private static String address(Engine engine) {
    return "127.0.0.1:" + engine.adminPort();
  }
}
