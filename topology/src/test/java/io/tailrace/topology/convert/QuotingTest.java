package io.tailrace.topology.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.document.Document;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "it's",
        "\"a\"",
        "back\\slash",
        "a\nb\r\tc",
        "\u0001",
        "\u0085",
        "\u2028",
        "\ufeff",
        "caf\u00e9",
        "\u65e5\u672c",
        "\ud83d\ude00",
        "null",
        "1",
        "a: b # c",
        " a "
      })
  void readsAQuotedYamlTextAsItWas(String text) {
    Object read = Document.read("- " + Yaml.quoted(text), node -> node.plain()).get();

    assertThat(read).isEqualTo(List.of(text));
  }

  @Test
  void doublesDollarSigns() {
    assertThat(Yaml.quoted("^a$ ${B}")).isEqualTo("'^a$$ $${B}'");
  }

  @Test
  void escapesOttlTexts() {
    assertThat(Ottl.quoted("a\"b\\c\nd\re\tf $ \u65e5"))
        .isEqualTo("\"a\\\"b\\\\c\\nd\\re\\tf $ \u65e5\"");
    assertThat(Ottl.quoted("\u0001 \u0085")).isEqualTo("\"\\u0001 \\u0085\"");
  }
}
