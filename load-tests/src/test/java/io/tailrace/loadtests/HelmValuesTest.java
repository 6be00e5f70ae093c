package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
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
