package io.tailrace.loadtests;

import java.time.Instant;
import java.util.List;

/** Policy documents for scenarios, of kinds that the oracle judges. */
final class Documents {
  private static final String NO_HEALTH_CHECKS =
      """
      {"name": "no-health", "type": "drop", "drop": {"drop_sub_policy": [{"name": "health",
        "type": "string_attribute", "string_attribute": {"key": "url.path", "values": ["/health"]}}]}}""";
  private static final String ERRORS =
      """
      {"name": "errors", "type": "status_code", "status_code": {"status_codes": ["ERROR"]}}""";
  private static final String SLOW_CANARIES =
      """
      {"name": "slow-canaries", "type": "and", "and": {"and_sub_policy": [
        {"name": "slow", "type": "latency", "latency": {"threshold_ms": 1000}},
        {"name": "canary", "type": "string_attribute",
          "string_attribute": {"key": "tenant", "values": ["canary"]}}]}}""";
  private static final String SOME =
      """
      {"name": "some", "type": "probabilistic", "probabilistic": {"sampling_percentage": 5}}""";
  private static final String SLOW =
      """
      {"name": "slow", "type": "latency", "latency": {"threshold_ms": 2000}}""";
  private static final String CANARIES =
      """
      {"name": "canaries", "type": "string_attribute",
        "string_attribute": {"key": "tenant", "values": ["canary"]}}""";

  /** What judges before any document. */
  static final String BOOTSTRAP = document(NO_HEALTH_CHECKS, ERRORS, SLOW_CANARIES, SOME);

  static final List<String> VALID =
      List.of(
          document(ERRORS, CANARIES), // asks for what the bootstrap does not gather alone
          document(NO_HEALTH_CHECKS, SLOW),
          BOOTSTRAP);

  static final List<String> INVALID =
      List.of(
          "{not json",
          "{}",
          document(ERRORS, "{\"name\": \"x\", \"type\": \"no_such_type\"}"),
          document(
              "{\"name\": \"x\", \"type\": \"latency\", \"latency\": {\"threshold_ms\": -1}}"));

  /** Keeps everything until then, with a shadow that would drop everything. */
  static String until(Instant end) {
    String all = "{\"name\": \"all\", \"expires_at\": \"%s\", \"type\": \"always_sample\"}";
    String none =
        """
        {"name": "none", "shadow": true, "type": "drop", "drop": {"drop_sub_policy": [
          {"name": "all", "type": "always_sample"}]}}""";
    return document(NO_HEALTH_CHECKS, none, ERRORS, all.formatted(end));
  }

  private Documents() {}

  private static String document(String... policies) {
    return "{\"policies\": [" + String.join(", ", policies) + "]}";
  }
}
