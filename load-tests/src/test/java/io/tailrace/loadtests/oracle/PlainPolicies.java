package io.tailrace.loadtests.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A policy document, written as JSON, of the kinds that can be judged in a few lines each:
 * always_sample, status_code, latency, probabilistic, string_attribute (plain values), and, drop.
 * Shadows are as if they were not there. Which traces a policy with a budget keeps is not known: a
 * document only says that it has one.
 */
final class PlainPolicies {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final long NEVER = Long.MAX_VALUE;
  private static final Set<String> WITH_BUDGET =
      Set.of("rate_limiting", "adaptive_throughput", "adaptive_percentage", "slo_burn");

  private record Policy(
      String name, boolean drops, long end, Function<Collection<Content>, BigInteger> threshold) {
    boolean matches(Collection<Content> trace) {
      return samples(threshold.apply(trace), trace);
    }
  }

  private final List<Policy> policies = new ArrayList<>();

  private final boolean reconsidersLate;
  private boolean hasBudget;

  private PlainPolicies(boolean reconsidersLate) {
    this.reconsidersLate = reconsidersLate;
  }

  /** Empty if a fleet must refuse the document. */
  static Optional<PlainPolicies> parse(String document) {
    PlainPolicies parsed;
    try {
      JsonNode root = JSON.readTree(document);
      parsed = new PlainPolicies(root.path("reconsider_late").asBoolean(true));
      for (JsonNode policy : required(root, "policies")) {
        if (WITH_BUDGET.contains(policy.path("type").asText())) {
          parsed.hasBudget = true;
          continue;
        }
        boolean drops = policy.path("type").asText().equals("drop");
        Function<Collection<Content>, BigInteger> threshold =
            drops ? all(policy.path("drop").path("drop_sub_policy")) : matcher(policy);
        String name = required(policy, "name").asText();
        String end = policy.path("expires_at").asText();
        if (!policy.path("shadow").asBoolean()) {
          long endMillis = end.isEmpty() ? NEVER : Instant.parse(end).toEpochMilli();
          parsed.policies.add(new Policy(name, drops, endMillis, threshold));
        }
      }
    } catch (JsonProcessingException | IllegalArgumentException refused) {
      return Optional.empty();
    }
    return Optional.of(parsed);
  }

  /** Whether late spans can turn a verdict. */
  boolean reconsidersLate() {
    return reconsidersLate;
  }

  /**
   * Whether there is a policy with a budget, also a shadow one, so that decisions come later and
   * can keep more than the other policies do.
   */
  boolean hasBudget() {
    return hasBudget;
  }

  /** When policies end, in Unix milliseconds. */
  SortedSet<Long> ends() {
    SortedSet<Long> ends = new TreeSet<>();
    policies.stream().map(Policy::end).filter(end -> end != NEVER).forEach(ends::add);
    return ends;
  }

  /** Those that have not ended by then. */
  PlainPolicies at(long unixMillis) {
    PlainPolicies left = new PlainPolicies(reconsidersLate);
    left.hasBudget = hasBudget;
    policies.stream().filter(policy -> policy.end > unixMillis).forEach(left.policies::add);
    return left;
  }

  /** Name of the policy that keeps the trace; empty if it is not kept. */
  Optional<String> keeps(Collection<Content> trace) {
    if (policies.stream().anyMatch(policy -> policy.drops && policy.matches(trace))) {
      return Optional.empty();
    }
    return policies.stream()
        .filter(policy -> !policy.drops && policy.matches(trace))
        .map(Policy::name)
        .findFirst();
  }

  /** Returns the threshold of a kept trace: the least of the policies that could keep it. */
  BigInteger threshold(Collection<Content> trace) {
    return policies.stream()
        .filter(policy -> !policy.drops)
        .map(policy -> policy.threshold.apply(trace))
        .min(Comparator.naturalOrder())
        .orElse(Thresholds.NEVER);
  }

  private static boolean samples(BigInteger threshold, Collection<Content> trace) {
    ByteString id = trace.iterator().next().span().getTraceId();
    return Thresholds.randomness(id).compareTo(threshold) >= 0;
  }

  private static Function<Collection<Content>, BigInteger> content(
      Predicate<Collection<Content>> matches) {
    return trace -> matches.test(trace) ? Thresholds.ALWAYS : Thresholds.NEVER;
  }

  private static Function<Collection<Content>, BigInteger> matcher(JsonNode policy) {
    String type = policy.path("type").asText();
    JsonNode settings = policy.path(type);
    return switch (type) {
      case "always_sample" -> trace -> Thresholds.ALWAYS;
      case "status_code" -> content(statusCode(texts(required(settings, "status_codes"))));
      case "latency" -> content(latency(required(settings, "threshold_ms").asLong()));
      case "probabilistic" -> probabilistic(required(settings, "sampling_percentage").asDouble());
      case "string_attribute" ->
          content(
              stringAttribute(
                  required(settings, "key").asText(), texts(required(settings, "values"))));
      case "and" -> all(settings.path("and_sub_policy"));
      default -> throw new IllegalArgumentException("type: " + type);
    };
  }

  private static Function<Collection<Content>, BigInteger> all(JsonNode policies) {
    List<Function<Collection<Content>, BigInteger>> parts = new ArrayList<>();
    policies.forEach(policy -> parts.add(matcher(policy)));
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("no policies to be met");
    }
    return trace ->
        parts.stream().map(part -> part.apply(trace)).max(Comparator.naturalOrder()).orElseThrow();
  }

  private static Predicate<Collection<Content>> statusCode(Set<String> codes) {
    return trace ->
        trace.stream()
            .map(content -> content.span().getStatus().getCode().name())
            .anyMatch(name -> codes.contains(name.substring("STATUS_CODE_".length())));
  }

  private static Predicate<Collection<Content>> latency(long threshold) {
    if (threshold < 0) {
      throw new IllegalArgumentException("threshold_ms: " + threshold);
    }
    return trace -> {
      long start =
          trace.stream().mapToLong(c -> c.span().getStartTimeUnixNano()).min().orElseThrow();
      long end = trace.stream().mapToLong(c -> c.span().getEndTimeUnixNano()).max().orElseThrow();
      return (end - start) / 1_000_000 > threshold;
    };
  }

  private static Function<Collection<Content>, BigInteger> probabilistic(double percentage) {
    if (!(percentage >= 0 && percentage <= 100)) {
      throw new IllegalArgumentException("sampling_percentage: " + percentage);
    }
    BigInteger threshold = Thresholds.ofPercentage(percentage);
    return trace -> threshold;
  }

  private static Predicate<Collection<Content>> stringAttribute(String key, Set<String> values) {
    return trace ->
        trace.stream()
            .flatMap(
                content ->
                    Stream.concat(
                        content.alone().getResource().getAttributesList().stream(),
                        content.span().getAttributesList().stream()))
            .filter(attribute -> attribute.getKey().equals(key))
            .map(KeyValue::getValue)
            .anyMatch(value -> value.hasStringValue() && values.contains(value.getStringValue()));
  }

  private static JsonNode required(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isMissingNode()) {
      throw new IllegalArgumentException(field + ": absent");
    }
    return value;
  }

  private static Set<String> texts(JsonNode list) {
    Set<String> texts = new HashSet<>();
    StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).forEach(texts::add);
    return texts;
  }
}
