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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds policies or rules to a document for a limited time. */
public final class TemporaryPolicies {
  private static final String POLICIES = "policies";
  private static final String RULES = "rules";
  private static final String NAME = "name";
  private static final String EXPIRES_AT = "expires_at";

  private TemporaryPolicies() {}

  /**
   * Combines the policies or rules of one document with those of another until {@code end}. Omits
   * expired ones, and temporary ones with the same name as an added one: adding a policy again
   * extends its time. Added policies follow the others; added rules precede them, since the first
   * rule that matches decides.
   *
   * @param current a valid document
   * @param more a valid document of the same kind, with policies or rules only
   * @return a document in JSON; it may be invalid if both have a policy of the same name
   * @throws IllegalArgumentException if {@code more} is of the other kind, or has other settings,
   *     which would be lost
   */
  public static String added(String current, String more, Instant end, Instant now) {
    Map<String, Object> settings = PolicyDocument.settings(current).get();
    Map<String, Object> added = PolicyDocument.settings(more).get();
    String list = listKey(settings);
    if (!listKey(added).equals(list)) {
      throw new IllegalArgumentException(
          "%s (expected: %s, as in the active document)".formatted(listKey(added), list));
    }
    for (String key : added.keySet()) {
      if (!key.equals(list)) {
        throw new IllegalArgumentException(
            "%s (expected: with --for, %s only)".formatted(key, list));
      }
    }
    List<Map<String, Object>> temporary = entries(added, list);
    Set<Object> names = new HashSet<>();
    for (Map<String, Object> entry : temporary) {
      names.add(entry.get(NAME));
      entry.put(EXPIRES_AT, end.toString());
    }
    List<Map<String, Object>> all = new ArrayList<>(entries(settings, list));
    all.removeIf(entry -> isOver(entry, names, now));
    all.addAll(list.equals(RULES) ? 0 : all.size(), temporary);
    settings.put(list, all);
    return json(settings);
  }

  private static String listKey(Map<String, Object> settings) {
    return settings.containsKey(RULES) ? RULES : POLICIES;
  }

  @SuppressWarnings("unchecked") // the documents are valid
  private static List<Map<String, Object>> entries(Map<String, Object> settings, String list) {
    return (List<Map<String, Object>>) Objects.requireNonNull(settings.get(list), list);
  }

  /** Whether an entry is temporary, and expired or added again. */
  private static boolean isOver(Map<String, Object> entry, Set<Object> added, Instant now) {
    Instant expires = expiry(entry);
    return expires != null && (!expires.isAfter(now) || added.contains(entry.get(NAME)));
  }

  private static @Nullable Instant expiry(Map<String, Object> policy) {
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
