package io.tailrace.policies.ottl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Expressions with what the Collector's pkg/ottl v0.161 makes of them, by {@code
 * collector-answers.txt}: in the first line the span, then {@code =} before a value or {@code ?}
 * before a condition, the expression, a tab, and the answer.
 */
class CollectorAnswersTest {
  private static final List<String> LINES = lines();
  private static final CollectorAnswers ANSWERS = CollectorAnswers.about(LINES.get(0));

  record Row(boolean condition, String expression, String answer) {
    static Row of(String line) {
      int tab = line.lastIndexOf('\t');
      return new Row(line.charAt(0) == '?', line.substring(2, tab), line.substring(tab + 1));
    }
  }

  private static List<String> lines() {
    try (InputStream in =
        CollectorAnswersTest.class.getResourceAsStream("/collector-answers.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<Row> rows() {
    return LINES.stream().skip(1).map(Row::of);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void answersAsTheCollectorDoes(Row row) {
    String answer =
        row.condition ? ANSWERS.condition(row.expression) : ANSWERS.value(row.expression);
    assertThat(answer).isEqualTo(CollectorAnswers.normal(row.answer));
  }
}
