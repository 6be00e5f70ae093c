package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The chart's values, their schema and the table in its README are the same. {@code .ci/deployment}
 * renders the chart.
 */
class HelmValuesTest {
  private static final Path CHART = Path.of("..", "deploy", "helm", "tailrace");
  private static final Pattern ROW = Pattern.compile("^\\| `([\\w.]+)` \\|", Pattern.MULTILINE);

  private static final Pattern TOPIC_RIGHTS =
      Pattern.compile("name: \\{\\{ \\$names\\.(\\w+) }}}, operations: \\[(.*)]}");

  /** For parent charts. */
  private static final String GLOBAL = "global";

  @Test
  void theTableListsAllValues() throws Exception {
    List<String> rows =
        ROW.matcher(Files.readString(CHART.resolve("README.md")))
            .results()
            .map(row -> row.group(1))
            .toList();
    TreeSet<String> leaves = new TreeSet<>();
    addLeaves(load("values.schema.json"), "", leaves);
    leaves.remove(GLOBAL);

    assertThat(rows).hasSizeGreaterThan(100).containsExactlyInAnyOrderElementsOf(leaves);
  }

  @Test
  void theSchemaHasTheValuesAndNoOthers() throws Exception {
    assertSame("values", load("values.schema.json"), load("values.yaml"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "everything", "keyed"})
  void exampleValuesExist(String example) throws Exception {
    assertKnown(load("values.schema.json"), load("ci/" + example + "-values.yaml"));
  }

  /** Of an instance without a console. {@link SecurityTest} runs one with exactly these rights. */
  @Test
  void strimziGrantsTheDocumentedRights() throws Exception {
    String template = Files.readString(CHART.resolve("templates/strimzi.yaml"));
    Map<String, Set<String>> granted = new TreeMap<>();
    for (MatchResult right : TOPIC_RIGHTS.matcher(template).results().toList()) {
      Matcher topic = Pattern.compile("\"" + right.group(1) + "\" \"([a-z_]+)\"").matcher(template);
      if (topic.find()) { // not for topics that are off by default
        String operations = right.group(2).replaceAll("\\{\\{ if .*?\\{\\{ end }}", "");
        granted.put(topic.group(1), new TreeSet<>(List.of(operations.split(", "))));
      }
    }

    Map<String, Set<String>> documented = new TreeMap<>();
    for (AclBinding acl : AclTable.always()) {
      ResourcePattern resource = acl.pattern();
      if (resource.resourceType() == ResourceType.TOPIC
          && resource.patternType() == PatternType.LITERAL
          && !resource.name().equals("otlp_spans")) { // one of a list
        documented
            .computeIfAbsent(resource.name(), any -> new TreeSet<>())
            .add(SecurityUtils.operationName(acl.entry().operation()));
      }
    }
    assertThat(granted).isEqualTo(documented).hasSizeGreaterThan(6);
  }

  private static void assertSame(String path, Map<?, ?> schema, Map<?, ?> values) {
    Map<?, ?> properties = (Map<?, ?>) schema.get("properties");
    TreeSet<Object> names = new TreeSet<>(properties.keySet());
    if (path.equals("values")) {
      names.remove(GLOBAL);
    }
    assertThat(new TreeSet<Object>(values.keySet())).as(path).isEqualTo(names);
    assertThat(schema.get("additionalProperties")).as(path).isEqualTo(false);
    for (Object name : names) {
      Map<?, ?> property = (Map<?, ?>) properties.get(name);
      if (property.containsKey("properties")) {
        assertSame(path + "." + name, property, (Map<?, ?>) values.get(name));
      }
    }
  }

  private static void assertKnown(Map<?, ?> schema, Map<?, ?> values) {
    Map<?, ?> properties = (Map<?, ?>) schema.get("properties");
    for (Map.Entry<?, ?> value : values.entrySet()) {
      Map<?, ?> property = (Map<?, ?>) properties.get(value.getKey());
      assertThat(property).as("%s", value.getKey()).isNotNull();
      if (property.containsKey("properties")) {
        assertKnown(property, (Map<?, ?>) value.getValue());
      }
    }
  }

  private static void addLeaves(Map<?, ?> schema, String path, TreeSet<String> to) {
    for (Map.Entry<?, ?> property : ((Map<?, ?>) schema.get("properties")).entrySet()) {
      Map<?, ?> value = (Map<?, ?>) property.getValue();
      String name = path + property.getKey();
      if (value.containsKey("properties")) {
        addLeaves(value, name + ".", to);
      } else {
        to.add(name);
      }
    }
  }

  private static Map<?, ?> load(String file) throws Exception {
    String document = Files.readString(CHART.resolve(file));
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(document);
  }
}
