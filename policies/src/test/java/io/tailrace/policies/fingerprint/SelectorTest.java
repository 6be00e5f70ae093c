package io.tailrace.policies.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.fingerprint.Selector.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  @ParameterizedTest
  @CsvSource({
    "resource, RESOURCE",
    "scope, SCOPE",
    "span, SPAN",
    "root, ROOT",
    "any, ANY",
  })
  void takesTheFormsOfTheCollector(String scope, Source source) {
    String text = scope + ".attributes[\"http.route\"]";

    Selector selector = Selector.parse(text).get();

    assertThat(selector).isEqualTo(new Selector(source, "http.route")).hasToString(text);
    assertThat(selector.isOfRoot()).isEqualTo(source == Source.ROOT);
  }

  @ParameterizedTest
  @CsvSource({
    "root.name, ROOT_NAME, true",
    "root.service, ROOT_SERVICE, true",
    "trace.shape, TRACE_SHAPE, false"
  })
  void takesOurOwn(String text, Source source, boolean ofRoot) {
    Selector selector = Selector.parse(text).get();

    assertThat(selector).isEqualTo(new Selector(source, "")).hasToString(text);
    assertThat(selector.isOfRoot()).isEqualTo(ofRoot);
  }

  @Test
  void aKeyMayHaveWhateverIsNoQuote() {
    assertThat(Selector.parse("span.attributes[\"a.b[0] 'ü'\"]").get().key())
        .isEqualTo("a.b[0] 'ü'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "http.route",
        "service.name",
        "attributes[\"a\"]",
        "spans.attributes[\"a\"]",
        "Span.attributes[\"a\"]",
        " span.attributes[\"a\"]",
        "root_name.attributes[\"a\"]",
        "trace.name",
        "span"
      })
  void refusesOtherSources(String text) {
    assertThat(Selector.parse(text).getError())
        .isEqualTo(
            "(resource|scope|span|root|any).attributes[\"key\"], root.name, root.service or"
                + " trace.shape");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "span.",
        "span.name",
        "span.attributes",
        "span.attributes[a]",
        "span.attributes['a']",
        "span.attributes[\"a\"] ",
        "span.attributes[\"]",
        "span.resource.attributes[\"a\"]"
      })
  void refusesOtherFormsOfASource(String text) {
    assertThat(Selector.parse(text).getError()).isEqualTo("span.attributes[\"key\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"any.attributes[\"\"]", "any.attributes[\"a\"][\"b\"]"})
  void refusesMoreOrLessThanOneKey(String text) {
    assertThat(Selector.parse(text).getError())
        .isEqualTo("one attribute key in attributes[\"...\"]");
  }
}
