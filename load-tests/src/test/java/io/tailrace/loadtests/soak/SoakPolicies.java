package io.tailrace.loadtests.soak;

import io.tailrace.loadtests.TestClients;
import java.util.List;

/**
 * Policy documents that take turns. All keep every trace with an error, whatever else they do, so
 * that this can be required of every trace of the run.
 */
final class SoakPolicies {
  private static final String TOPIC = "tailrace_policies";
  private static final String NO_HEALTH_CHECKS =
      """
      {"name": "no-health", "type": "drop", "drop": {"drop_sub_policy": [{"name": "health",
        "type": "string_attribute", "string_attribute": {"key": "url.path", "values": ["/health"]}}]}}""";
  private static final String ERRORS =
      """
      {"name": "errors", "type": "status_code", "status_code": {"status_codes": ["ERROR"]}}""";
  private static final String SLOW =
      """
      {"name": "slow", "type": "latency", "latency": {"threshold_ms": 2000}}""";
  private static final String CANARIES =
      """
      {"name": "canaries", "type": "string_attribute",
        "string_attribute": {"key": "tenant", "values": ["canary"]}}""";
  private static final String SLOW_CANARIES =
      """
      {"name": "slow-canaries", "type": "and", "and": {"and_sub_policy": [%s, %s]}}"""
          .formatted(SLOW, CANARIES);
  private static final String SOME =
      """
      {"name": "some", "type": "probabilistic", "probabilistic": {"sampling_percentage": 5}}""";
  private static final String SHADOW =
      """
      {"name": "slow-shadow", "shadow": true, "type": "latency", "latency": {"threshold_ms": 500}}""";
  private static final String LIMITED =
      """
      {"name": "limited", "type": "rate_limiting", "rate_limiting": {"spans_per_second": 200}}""";
  private static final String BY_CUSTOMER =
      """
      {"name": "by-customer", "type": "adaptive_throughput", "adaptive_throughput":
        {"goal_throughput": 200, "adjustment_interval": "5s", "max_keys": 100,
         "fingerprint_attributes": ["root.service", "span.attributes[\\"customer\\"]"]}}""";
  private static final String OBJECTIVE =
      """
      {"name": "objective", "type": "slo_burn", "slo_burn":
        {"objective": 50, "key": ["root.service", "span.attributes[\\"customer\\"]"],
         "max_keys": 100, "hold": "0s",
         "windows": [{"long": "1m", "short": "12s", "burn_rate": 1.9}],
         "bad": {"type": "status_code", "status_code": {"status_codes": ["ERROR"]}}}}""";

  private static final String INVALID = document(ERRORS, "{\"name\": \"x\", \"type\": \"none\"}");

  /** Traffic is greatest in the middle, where the oracle knows every outcome. */
  private static final List<String> STEPS =
      List.of(
          document(ERRORS, CANARIES, SOME),
          document(ERRORS, LIMITED, SLOW),
          document(NO_HEALTH_CHECKS, ERRORS, SLOW, SHADOW),
          document(NO_HEALTH_CHECKS, ERRORS, SLOW_CANARIES, SOME),
          document(ERRORS, BY_CUSTOMER, OBJECTIVE));

  private static final int WITH_SHADOW_SET = 2;
  private static final int WITHOUT_SHADOW_SET = 3;
  private static final int WITH_INVALID = 4;

  /** What decides before the first publication. */
  static final String BOOTSTRAP = STEPS.get(0);

  private final TestClients clients;

  SoakPolicies(String bootstrapServers) {
    clients = new TestClients(bootstrapServers);
  }

  static int steps() {
    return STEPS.size();
  }

  /** Publishes the documents of a step, from 0 on; the steps repeat. */
  void publish(int step) throws Exception {
    int which = step % STEPS.size();
    clients.write(TOPIC, "default", STEPS.get(which));
    switch (which) {
      case WITH_SHADOW_SET -> clients.write(TOPIC, "default.shadow", document(ERRORS, SLOW));
      case WITHOUT_SHADOW_SET -> clients.write(TOPIC, "default.shadow", null);
      case WITH_INVALID -> clients.write(TOPIC, "default", INVALID);
      default -> {}
    }
  }

  private static String document(String... policies) {
    return "{\"policies\": [" + String.join(", ", policies) + "]}";
  }
}
