package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/migrate.md}: what it shows can be published, without a warning. */
class MigrateGuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "migrate.md");
  private static final Pattern BLOCK = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CONDITION = Pattern.compile("`ottl_condition` with `(span: .*?)`");

  @Test
  void itsSetsAreValid() throws Exception {
    List<String> sets = all(BLOCK);

    assertThat(sets).hasSize(2);
    assertThat(sets)
        .allSatisfy(
            text -> {
              PolicySet set = PolicySet.parse(text).get();
              assertThat(set.warnings()).isEmpty();
              assertThat(set.lint()).isEmpty();
            });
  }

  @Test
  void itsConditionsAreValid() throws Exception {
    assertThat(all(CONDITION))
        .hasSize(1)
        .allSatisfy(
            condition -> {
              String policy =
                  "policies: [{name: x, type: ottl_condition, ottl_condition: {%s}}]"
                      .formatted(condition);
              assertThat(PolicySet.parse(policy).isValid()).as(policy).isTrue();
            });
  }

  private static List<String> all(Pattern pattern) throws Exception {
    return pattern.matcher(Files.readString(GUIDE)).results().map(match -> match.group(1)).toList();
  }
}
