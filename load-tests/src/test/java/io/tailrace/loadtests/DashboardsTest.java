package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Each alert has a stop light on the dashboard for on-call, with its query, threshold, severity and
 * runbook. {@link MetricsTableTest} compares the queries with the metrics.
 */
class DashboardsTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final String ON_CALL = "tailrace-oncall.json";
  private static final Pattern COMPARISON = Pattern.compile("(.+) ([<>]|==) ([0-9.]+)");
  private static final Pattern SERIES =
      Pattern.compile(
          "\\b(?:up|(?:tailrace|kafka|traces|jvm|process|disk)_[a-z_]+)(\\{[^}]*}|\\b)");
  private static final Map<String, String> COLORS = Map.of("critical", "red", "warning", "yellow");
  private static final double STEP = 0.01; // less than a trace, a topic or a percent of a bound

  /** A query, and a value for which the alert fires and one for which it does not. */
  private record Light(String query, double firing, double silent) {
    static Light of(String expression) {
      Matcher comparison = COMPARISON.matcher(expression);
      if (!comparison.matches()) {
        return new Light("count(" + expression + ")", 1, 0);
      }
      String query = comparison.group(1);
      double bound = Double.parseDouble(comparison.group(3));
      double step = bound == 0 ? 1 : bound * STEP;
      return switch (comparison.group(2)) {
        case ">" -> new Light(query, bound + step, bound == 0 ? 0 : bound - step);
        case "<" -> new Light(query, bound - step, bound + step);
        default -> new Light(query, bound, bound + STEP);
      };
    }

    /** Of several series, a stop light shows the worst. A count of none has no value. */
    boolean isShownBy(String expression) {
      return Set.of(query, "max(" + query + ")", "min(" + query + ")", query + " or vector(0)")
          .contains(withoutScope(expression));
    }
  }

  static Stream<Map<?, ?>> alerts() throws Exception {
    return list(load("prometheus/alerts.yaml"), "groups").flatMap(group -> list(group, "rules"));
  }

  @Test
  void stopLightsLinkToAlertsOnly() throws Exception {
    assertThat(panels(ON_CALL, "stat").flatMap(panel -> list(panel, "links")))
        .hasSizeGreaterThan(15)
        .extracting(link -> (String) link.get("url"))
        .containsExactlyInAnyOrderElementsOf(
            alerts().map(alert -> runbook((String) alert.get("alert"))).toList());
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void everyAlertHasItsStopLight(Map<?, ?> alert) throws Exception {
    String name = (String) alert.get("alert");
    Light light = Light.of(withoutScope(oneLine(alert.get("expr"))));
    String color = COLORS.get(map(alert, "labels").get("severity"));

    List<Map<?, ?>> panels =
        panels(ON_CALL, "stat")
            .filter(panel -> list(panel, "links").anyMatch(link -> leadsTo(link, name)))
            .toList();

    assertThat(panels).as("panels that link to %s", name).hasSize(1);
    Map<?, ?> panel = panels.get(0);
    assertThat((String) panel.get("description")).containsIgnoringCase(color + ":").contains("?");
    List<Map<?, ?>> targets =
        list(panel, "targets")
            .filter(target -> light.isShownBy(oneLine(target.get("expr"))))
            .toList();
    assertThat(targets).as("queries for %s", light.query()).hasSize(1);
    List<Map<?, ?>> steps = steps(panel, targets.get(0).get("refId"));
    assertThat(color(steps, light.firing())).as("at %s", light.firing()).isEqualTo(color);
    assertThat(color(steps, light.silent())).as("at %s", light.silent()).isEqualTo("green");
  }

  /** Otherwise, it adds up fleets, or shows another application. */
  @ParameterizedTest
  @ValueSource(strings = {"tailrace.json", ON_CALL})
  void everySeriesIsOfTheChosenJobAndNamespace(String file) throws Exception {
    int found = 0;
    for (Map<?, ?> panel : list(load("grafana/" + file), "panels").toList()) {
      for (String query : queries(panel)) {
        for (MatchResult series : SERIES.matcher(query).results().toList()) {
          found++;
          boolean ofGateways =
              series.group().startsWith("tailrace_gateway_")
                  || series.group().contains("$gateway_job");
          assertThat(series.group(1))
              .as("%s in %s", series.group(), query)
              .endsWith(
                  "job=~\"$%s\", namespace=~\"$namespace\"}"
                      .formatted(ofGateways ? "gateway_job" : "job"));
        }
      }
    }
    assertThat(found).isGreaterThan(30);
    assertThat(list(map(load("grafana/" + file), "templating"), "list"))
        .extracting(variable -> (String) variable.get("name"))
        .contains("job", "gateway_job", "namespace");
  }

  private static List<String> queries(Map<?, ?> panel) {
    return panel.get("targets") == null
        ? List.of()
        : list(panel, "targets").map(target -> oneLine(target.get("expr"))).toList();
  }

  @Test
  void stopLightsFormOneRow() throws Exception {
    List<Map<?, ?>> lights = panels(ON_CALL, "stat").toList();

    assertThat(lights).hasSizeBetween(8, 12);
    assertThat(lights.stream().map(light -> map(light, "gridPos").get("y")).distinct()).hasSize(1);
    assertThat(lights).allSatisfy(light -> assertThat(list(light, "links")).isNotEmpty());
    for (Map<?, ?> light : lights) {
      assertThat(list(light, "targets").map(target -> steps(light, target.get("refId"))))
          .as("%s", light.get("title"))
          .allSatisfy(steps -> assertThat(steps).hasSizeGreaterThan(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tailrace.json", ON_CALL})
  void dashboardFitsTheGridAndAnyDataSource(String file) throws Exception {
    Map<?, ?> dashboard = load("grafana/" + file);
    List<Map<?, ?>> panels = list(dashboard, "panels").toList();

    assertThat(dashboard.get("schemaVersion")).isEqualTo(41);
    assertThat(file).isEqualTo(dashboard.get("uid") + ".json");
    assertThat(panels.stream().map(panel -> panel.get("id"))).doesNotHaveDuplicates();
    assertThat(panels.stream().flatMap(DashboardsTest::cells)).doesNotHaveDuplicates();
    assertThat(panels)
        .filteredOn(panel -> !panel.get("type").equals("row"))
        .allSatisfy(
            panel -> assertThat(map(panel, "datasource").get("uid")).isEqualTo("${source}"));
  }

  /** Columns and lines of the grid that a panel covers. */
  private static Stream<List<Integer>> cells(Map<?, ?> panel) {
    Map<?, ?> place = map(panel, "gridPos");
    List<List<Integer>> cells = new ArrayList<>();
    int right = (int) place.get("x") + (int) place.get("w");
    assertThat(right).as("%s", panel.get("title")).isLessThanOrEqualTo(24);
    for (int x = (int) place.get("x"); x < right; x++) {
      for (int y = 0; y < (int) place.get("h"); y++) {
        cells.add(List.of(x, y + (int) place.get("y")));
      }
    }
    return cells.stream();
  }

  private static boolean leadsTo(Map<?, ?> link, String alert) {
    return link.get("url").equals(runbook(alert));
  }

  private static String runbook(String alert) {
    return "${runbook:raw}#" + alert.toLowerCase(Locale.ROOT);
  }

  /** Thresholds of a query of a panel, lowest first. */
  private static List<Map<?, ?>> steps(Map<?, ?> panel, Object refId) {
    return list(map(panel, "fieldConfig"), "overrides")
        .filter(override -> map(override, "matcher").equals(frame(refId)))
        .flatMap(override -> list(override, "properties"))
        .filter(property -> property.get("id").equals("thresholds"))
        .flatMap(property -> list(map(property, "value"), "steps"))
        .toList();
  }

  private static Map<String, Object> frame(Object refId) {
    return Map.of("id", "byFrameRefID", "options", refId);
  }

  /** Color that Grafana shows: that of the last step that the value reaches. */
  private static Object color(List<Map<?, ?>> steps, double value) {
    return steps.stream()
        .filter(step -> !(step.get("value") instanceof Number from) || value >= from.doubleValue())
        .reduce((lower, higher) -> higher)
        .orElseThrow()
        .get("color");
  }

  private static Stream<Map<?, ?>> panels(String file, String type) throws Exception {
    return list(load("grafana/" + file), "panels").filter(panel -> panel.get("type").equals(type));
  }

  private static Map<?, ?> load(String file) throws Exception {
    String document = Files.readString(DEPLOY.resolve(file));
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(document);
  }

  private static Map<?, ?> map(Map<?, ?> node, String key) {
    return (Map<?, ?>) node.get(key);
  }

  private static Stream<Map<?, ?>> list(Map<?, ?> node, String key) {
    return ((List<?>) node.get(key)).stream().map(each -> (Map<?, ?>) each);
  }

  /**
   * Removes the selection of jobs and namespaces, which alerts and dashboards write differently.
   */
  private static String withoutScope(String expression) {
    return expression
        .replaceAll("\\bup\\{job=(~\"\\$gateway_job\"|\"tailrace-gateway\")", "up_of_gateways{")
        .replaceAll("(, )?(job|namespace)=~?\"[^\"]*\"", "")
        .replace("{, ", "{")
        .replace("{}", "");
  }

  private static String oneLine(Object text) {
    return ((String) text).strip().replaceAll("\\s+", " ");
  }
}
