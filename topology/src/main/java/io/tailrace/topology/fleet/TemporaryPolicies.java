package io.tailrace.topology.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.policies.PolicyDocument;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds policies to a document for a limited time. */
public final class TemporaryPolicies {
  private static final String POLICIES = "policies";
  private static final String NAME = "name";
  private static final String EXPIRES_AT = "expires_at";

  private TemporaryPolicies() {}

  /**
   * Combines the policies of one document with those of another until {@code end}. Omits expired
   * policies, and temporary policies with the same name as an added one: adding a policy again
   * extends its time.
   *
   * @param current a valid document
   * @param more a valid document with policies only
   * @return a document in JSON; it may be invalid if both have a policy of the same name
   * @throws IllegalArgumentException if {@code more} has other settings, which would be lost
   */
  public static String added(String current, String more, Instant end, Instant now) {
    Map<String, Object> settings = PolicyDocument.settings(current).get();
    Map<String, Object> added = PolicyDocument.settings(more).get();
    for (String key : added.keySet()) {
      if (!key.equals(POLICIES)) {
        throw new IllegalArgumentException(key + " (expected: with --for, policies only)");
      }
    }
    Set<Object> names = new HashSet<>();
    policies(added).forEach(policy -> names.add(policy.get(NAME)));
    List<Map<String, Object>> all = new ArrayList<>();
    for (Map<String, Object> policy : policies(settings)) {
      Instant expires = expiry(policy);
      boolean stays =
          expires == null || (expires.isAfter(now) && !names.contains(policy.get(NAME)));
      if (stays) {
        all.add(policy);
      }
    }
    for (Map<String, Object> policy : policies(added)) {
      policy.put(EXPIRES_AT, end.toString());
      all.add(policy);
    }
    settings.put(POLICIES, all);
    return json(settings);
  }

  @SuppressWarnings("unchecked") // the documents are valid
  private static List<Map<String, Object>> policies(Map<String, Object> settings) {
    return (List<Map<String, Object>>) settings.get(POLICIES);
  }

  private static Instant expiry(Map<String, Object> policy) {
    Object time = policy.get(EXPIRES_AT);
    try {
      return time == null ? null : OffsetDateTime.parse(time.toString()).toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalStateException(e); // a valid document has none such
    }
  }

  /** Writes plain values as a JSON document. */
  static String json(Map<String, Object> settings) {
    try {
      return JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(settings)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain values
    }
  }
}
