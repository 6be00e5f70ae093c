package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.topology.config.Settings;
import io.tailrace.topology.streams.SamplerMetricsTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  private static final Path OBSERVE = Path.of("..", "docs", "observe.md");
  private static final Path CONFIGURE = Path.of("..", "docs", "configure.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z_.]+)` \\| (.*?) \\| (.*) \\|$", Pattern.MULTILINE);

  /** A row of the configuration table. */
  record Row(String path, String shownDefault, String meaning) {}

  @Test
  void listsEverySettingWithItsDefaultAndMeaning() throws Exception {
    List<Row> settings =
        Settings.all().stream().map(s -> new Row(s.path(), s.shownDefault(), s.meaning())).toList();

    assertThat(configurationTable()).containsExactlyElementsOf(settings);
  }

  private static List<Row> configurationTable() throws Exception {
    String configure = Files.readString(CONFIGURE);
    String section = configure.substring(0, configure.indexOf("\n## "));
    return ROW.matcher(section).results().map(ReadmeTest::row).toList();
  }

  private static Row row(MatchResult match) {
    return new Row(match.group(1), match.group(2), match.group(3));
  }

  @Test
  void theNamedMetricsExist() throws Exception {
    String observe = Files.readString(OBSERVE);
    Set<String> named =
        Pattern.compile("`(tailrace_[a-z_]+)(\\{[a-z,=\"]+})?`")
            .matcher(observe)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toSet());

    assertThat(named).hasSizeGreaterThan(5);
    assertThat(SamplerMetricsTest.scrapedNames()).containsAll(named);
  }
}
