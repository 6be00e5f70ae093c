package io.tailrace.policies;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.policies.policy.TraceFacts;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConformanceTest {

  static Stream<ConformanceCase> cases() {
    return ConformanceCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void decidesAsTheTableSays(ConformanceCase example) {
    if (example.isConfigError()) {
      assertThat(Sets.faults(example.document()))
          .isNotEmpty()
          .anySatisfy(fault -> assertThat(fault).contains(example.mentions()));
      return;
    }
    PolicySet set = Sets.parsed(example.document());
    Judge judge = Sets.judge(set);
    int step = 0;
    for (JsonNode json : example.steps()) {
      TraceFacts trace = ConformanceCase.trace(json.get("trace"), set.signals());
      Decision decision = judge.decide(trace, json.get("at_ms").asLong());
      String outcome = decision.outcome().name().toLowerCase(Locale.ROOT);
      assertThat(outcome).as("step %d", step++).isEqualTo(json.get("expect").asText());
      if (json.has("credited_policy")) {
        assertThat(set.policyNames().get(decision.policy()))
            .isEqualTo(json.get("credited_policy").asText());
      }
    }
  }
}
