package io.tailrace.policies.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileDocumentTest {

  static Stream<String> refused() {
    return Stream.of(
        "",
        "# nothing",
        "---\na: 1\n---\na: 2",
        "a: [1",
        "a: 'x",
        "a: *nowhere",
        "a: &a [*a]",
        "? [a]\n: 1",
        "? &k a\n: 1",
        "\u0000",
        "a: \uD800",
        "%YAML 9.9\n---\na: 1",
        "!<tag:x> !y z",
        "a: b: c",
        "\t- a",
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(100_000),
        "[".repeat(66) + "]".repeat(66),
        "a: " + "x".repeat(TreeBuilder.MAX_CHARS),
        "[" + "1,".repeat(TreeBuilder.MAX_NODES) + "]",
        laughs());
  }

  /** A text of ten lines that expands to 10^10 items. */
  private static String laughs() {
    return IntStream.rangeClosed(1, 10)
        .mapToObj(i -> "l" + i + ": &l" + i + " [" + items(i) + "]")
        .collect(Collectors.joining("\n"));
  }

  private static String items(int level) {
    String item = level == 1 ? "ha" : "*l" + (level - 1);
    return String.join(", ", List.of(item, item, item, item, item, item, item, item, item, item));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void endsInAFault(String text) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThat(Document.read(text, Node::path).isInvalid()).isTrue());
  }

  @Test
  void keepsToItsBound_whenEverythingIsAtFault() {
    String text =
        "{"
            + IntStream.range(0, 5_000).mapToObj(i -> "k" + i).collect(Collectors.joining(": 1, "))
            + ": 1}";
    assertThat(Document.read(text, root -> root.mapping(MappingReader::node)).getError())
        .hasSize(Findings.MAX_FAULTS);
  }

  @Test
  void takesWhatIsWithinTheBounds() {
    String deep = "[".repeat(TreeBuilder.MAX_DEPTH) + "]".repeat(TreeBuilder.MAX_DEPTH);
    assertThat(Document.read(deep, Node::path).isValid()).isTrue();
  }
}
