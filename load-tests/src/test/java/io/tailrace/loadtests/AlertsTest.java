package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Alerts are separate for each fleet and have test cases, which {@code .ci/deployment} runs. */
class AlertsTest {
  private static final Path PROMETHEUS = Path.of("..", "deploy", "prometheus");
  private static final String RUNBOOKS = "https://example.com/tailrace/docs/operate.md#";
  private static final Pattern AGGREGATION =
      Pattern.compile("\\b(?:sum|max|min|avg|count)( by \\([^)]*\\))? ?\\(");
  private static final Pattern SHARED_SERIES =
      Pattern.compile("\\b(?:up|(?:kafka|jvm|process|disk)_[a-z_]+)(\\{[^}]*}|\\b)");
  private static final Pattern FIRING = Pattern.compile("ALERTS\\{alertname=\"(\\w+)\"");

  @Test
  void everyAlertHasACaseInWhichItFires() throws Exception {
    Set<String> firing = new TreeSet<>();
    FIRING
        .matcher(Files.readString(PROMETHEUS.resolve("alerts.test.yaml")))
        .results()
        .forEach(alert -> firing.add(alert.group(1)));

    assertThat(firing)
        .isEqualTo(new TreeSet<>(alerts().map(alert -> (String) alert.get("alert")).toList()))
        .hasSizeGreaterThan(15);
  }

  @Test
  void everyCaseHasAMomentWithoutTheAlert() throws Exception {
    List<Map<?, ?>> cases = list(load("alerts.test.yaml"), "tests").toList();

    assertThat(cases)
        .filteredOn(each -> !((String) each.get("name")).contains("staging"))
        .hasSizeGreaterThan(20)
        .allSatisfy(
            each ->
                assertThat(list(each, "promql_expr_test"))
                    .as("%s", each.get("name"))
                    .anyMatch(check -> ((List<?>) check.get("exp_samples")).isEmpty()));
  }

  @Test
  void everyAlertIsOfOneFleet() throws Exception {
    alerts()
        .forEach(
            alert -> {
              String query = (String) alert.get("expr");
              assertThat(AGGREGATION.matcher(query).results().map(by -> by.group(1)))
                  .as("%s", query)
                  .allSatisfy(by -> assertThat(by).startsWith(" by (namespace, job"));
              assertThat(SHARED_SERIES.matcher(query).results().map(MatchResult::group))
                  .as("%s", query)
                  .allSatisfy(series -> assertThat(series).contains("job=\"tailrace"));
            });
  }

  @Test
  void everyAlertLinksToItsSection() throws Exception {
    assertThat(alerts())
        .allSatisfy(
            alert ->
                assertThat(((Map<?, ?>) alert.get("annotations")).get("runbook_url"))
                    .isEqualTo(RUNBOOKS + ((String) alert.get("alert")).toLowerCase(Locale.ROOT)));
  }

  private static Stream<Map<?, ?>> alerts() throws Exception {
    return list(load("alerts.yaml"), "groups").flatMap(group -> list(group, "rules"));
  }

  private static Map<?, ?> load(String file) throws Exception {
    String document = Files.readString(PROMETHEUS.resolve(file));
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(document);
  }

  private static Stream<Map<?, ?>> list(Map<?, ?> node, String key) {
    return ((List<?>) node.get(key)).stream().map(each -> (Map<?, ?>) each);
  }
}
