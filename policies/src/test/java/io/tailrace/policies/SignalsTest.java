package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.tailrace.policies.fingerprint.Fingerprint;
import io.tailrace.policies.fingerprint.Fingerprints;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.signals.EvaluationTimes;
import io.tailrace.policies.signals.Signals;
import io.tailrace.policies.signals.SignalsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SignalsTest {
  private static final String ERRORS =
      "{name: %s, type: status_code, status_code: {status_codes: [ERROR]}}";
  private static final String PATHS =
      "{name: paths, type: string_attribute, string_attribute: {key: path, values: [%s], "
          + "enabled_regex_matching: %s, cache_max_size: %s}}";
  private static final String LIMIT =
      "{name: limit, type: rate_limiting, rate_limiting: {spans_per_second: %d}}";

  private static Signals of(String... policies) {
    return Sets.parsed("policies: [" + String.join(", ", policies) + "]").signals();
  }

  @Test
  void areEqual_whenOnlyLimitsNamesOrCachesChange() {
    Signals before = of(ERRORS.formatted("e"), PATHS.formatted("/a", true, 10), LIMIT.formatted(1));
    Signals after = of(ERRORS.formatted("f"), PATHS.formatted("/a", true, 20), LIMIT.formatted(2));
    assertThat(after).isEqualTo(before).hasSameHashCodeAs(before);
  }

  @Test
  void differ_whenATestChanges() {
    Signals before = of(PATHS.formatted("/a", true, 10));
    assertThat(of(PATHS.formatted("/b", true, 10))).isNotEqualTo(before);
    assertThat(of(PATHS.formatted("/a", false, 10))).isNotEqualTo(before);
    assertThat(of(ERRORS.formatted("e"), PATHS.formatted("/a", true, 10))).isNotEqualTo(before);
  }

  @Test
  void shareOneBit_whenPoliciesAskTheSame() {
    Signals signals = of(ERRORS.formatted("a"), ERRORS.formatted("b"));
    assertThat(signals.size()).isEqualTo(1);
    assertThat(signals.needsStatus()).isTrue();
    assertThat(signals.needsFlags() || signals.needsTraceState()).isFalse();
    assertThat(signals.attributeKeys()).isEmpty();
  }

  @Test
  void ask_forNothing_whenNoPolicyLooksAtSpans() {
    Signals signals = of(LIMIT.formatted(1));
    assertThat(signals.size()).isZero();
    assertThat(signals.words()).isZero();
  }

  @Test
  void raiseTheirOwnBits_beyondOneWord() {
    String policies =
        IntStream.range(0, 70)
            .mapToObj(
                i ->
                    "{name: p%d, type: boolean_attribute, boolean_attribute: {key: k%d, value: true}}"
                        .formatted(i, i))
            .collect(Collectors.joining(", "));
    Signals signals = of(policies);
    assertThat(signals.words()).isEqualTo(2);
    long[] raised = new long[2];
    signals.attribute(signals.attributeKeys().indexOf("k69"), new TestValue(true), raised);
    signals.attribute(signals.attributeKeys().indexOf("k3"), new TestValue(false), raised);
    assertThat(raised).containsExactly(0, 1L << 5);
    signals.attribute(signals.attributeKeys().indexOf("k3"), new TestValue(true), raised);
    signals.attribute(signals.attributeKeys().indexOf("k40"), new TestValue(true), raised);
    assertThat(raised).containsExactly(1L << 3 | 1L << 40, 1L << 5);
  }

  private static final List<Selector> ROUTE = selectors("span.attributes[\"http.route\"]");
  private static final List<Selector> TWO =
      selectors("resource.attributes[\"service.name\"]", "span.attributes[\"http.route\"]");

  private static List<Selector> selectors(String... texts) {
    return Stream.of(texts).map(text -> Selector.parse(text).get()).toList();
  }

  private static Signals built(SignalsBuilder builder) {
    return builder.build(new EvaluationTimes(1), slot -> 0);
  }

  @Test
  void equalFingerprintsShareAnIndex_andFingerprintsShareSelectors() {
    SignalsBuilder builder = new SignalsBuilder();
    assertThat(builder.fingerprint(ROUTE)).isZero();
    assertThat(builder.fingerprint(TWO)).isEqualTo(1);
    assertThat(builder.fingerprint(new ArrayList<>(ROUTE))).isZero();

    Fingerprints fingerprints = built(builder).fingerprints();
    assertThat(fingerprints.all()).extracting(Fingerprint::selectors).containsExactly(ROUTE, TWO);
    assertThat(fingerprints.selectors()).containsExactly(ROUTE.get(0), TWO.get(0));
  }

  @Test
  void differ_whenAFingerprintOrTheRootConditionChanges() {
    SignalsBuilder none = new SignalsBuilder();
    SignalsBuilder route = new SignalsBuilder();
    route.fingerprint(ROUTE);
    SignalsBuilder routeAgain = new SignalsBuilder();
    routeAgain.fingerprint(ROUTE);
    SignalsBuilder both = new SignalsBuilder();
    both.fingerprint(ROUTE);
    both.fingerprint(TWO);

    assertThat(built(routeAgain)).isEqualTo(built(route)).hasSameHashCodeAs(built(route));
    assertThat(built(none)).isNotEqualTo(built(route));
    assertThat(built(both)).isNotEqualTo(built(route));
    String root = "{root_span_condition: '%s', policies: [" + ERRORS.formatted("e") + "]}";
    Signals server = Sets.parsed(root.formatted("kind == 2")).signals();
    assertThat(server).isEqualTo(Sets.parsed(root.formatted("kind == 2")).signals());
    assertThat(server).isNotEqualTo(Sets.parsed(root.formatted("kind == 3")).signals());
    assertThat(server).isNotEqualTo(of(ERRORS.formatted("e")));
    assertThat(server.needsTime()).isFalse();
    assertThat(Sets.parsed(root.formatted("Now() > start_time")).signals().needsTime()).isTrue();
  }

  @Test
  void testOneValueForEveryPolicyOfItsKey() {
    String numbers =
        "{name: %s, type: numeric_attribute, numeric_attribute: {key: n, min_value: %d}}";
    Signals signals = of(numbers.formatted("a", 5), numbers.formatted("b", 9));
    assertThat(signals.attributeKeys()).containsExactly("n");
    long[] raised = new long[1];
    signals.attribute(0, new TestValue(7), raised);
    assertThat(raised).containsExactly(1);
    signals.attribute(0, new TestValue(9), raised);
    assertThat(raised).containsExactly(3);
  }
}
