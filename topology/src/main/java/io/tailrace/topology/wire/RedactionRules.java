package io.tailrace.topology.wire;

import io.tailrace.policies.export.KeyRule;
import io.tailrace.policies.export.Redaction;
import io.tailrace.policies.export.RedactionSummary;
import io.tailrace.policies.export.TooLongException;
import io.tailrace.policies.export.ValueText;
import io.tailrace.serdes.AttributeEdit;
import io.tailrace.serdes.AttributeKey;
import io.tailrace.serdes.AttributeRules;
import io.tailrace.serdes.AttributeValue;
import io.tailrace.serdes.MalformedOtlpException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Applies a redaction to attributes and names in the wire format. Remembers keys, and values
 * without a match: those that were seen before create no objects and match no patterns. Not
 * thread-safe.
 */
public final class RedactionRules implements AttributeRules {
  private static final int BUCKETS = 1 << 10;

  /** A key and what it decides. */
  private record Known(String key, KeyRule rule) {}

  private final Redaction redaction;
  private final RedactionSummary summary;
  private final SeenBytes<Known> keys = new SeenBytes<>(BUCKETS);
  private final SeenBytes<Boolean> clean = new SeenBytes<>(BUCKETS);

  public RedactionRules(Redaction redaction) {
    this.redaction = redaction;
    summary = redaction.newSummary();
  }

  @Override
  public void begin() {
    summary.clear();
  }

  @Override
  public AttributeEdit attribute(byte[] record, int keyFrom, int keyTo, AttributeValue value)
      throws MalformedOtlpException {
    Known known = known(record, keyFrom, keyTo);
    KeyRule rule = known.rule();
    if (rule == KeyRule.IGNORED) {
      summary.ignored(known.key());
      return AttributeEdit.KEEP;
    }
    if (rule == KeyRule.REMOVED) {
      summary.removed(known.key());
      return AttributeEdit.REMOVE;
    }
    return redaction.examines(rule) ? examined(known, value) : AttributeEdit.KEEP;
  }

  private Known known(byte[] record, int from, int to) throws MalformedOtlpException {
    Known seen = keys.get(record, from, to);
    if (seen == null) {
      String key = AttributeKey.text(record, from, to);
      seen = new Known(key, redaction.of(key));
      keys.put(record, from, to, seen);
    }
    return seen;
  }

  private AttributeEdit examined(Known known, AttributeValue value) throws MalformedOtlpException {
    boolean isChecked = known.rule() == KeyRule.CHECKED;
    if (isChecked && clean.get(value.record(), value.start(), value.end()) != null) {
      return AttributeEdit.KEEP;
    }
    String text = redaction.examinesAllTypes() ? ValueText.of(value.decoded()) : value.text();
    if (redaction.isAllowed(text)) {
      summary.allowed(known.key());
      return AttributeEdit.KEEP;
    }
    String masked;
    try {
      masked = redaction.masked(known.rule(), text);
    } catch (TooLongException e) {
      throw new MalformedOtlpException(String.valueOf(e.getMessage()), e);
    }
    if (isChecked && masked.equals(text)) {
      clean.put(value.record(), value.start(), value.end(), true);
      return AttributeEdit.KEEP;
    }
    summary.masked(known.key());
    return AttributeEdit.replace(masked);
  }

  @Override
  public boolean hasAdditions() {
    return !summary.isEmpty();
  }

  @Override
  public Map<String, Object> additions(Function<String, @Nullable Object> present) {
    return summary.attributes(present);
  }

  @Override
  public boolean editsNames() {
    return redaction.examinesNames();
  }

  @Override
  public String name(String text) throws MalformedOtlpException {
    try {
      return redaction.name(text);
    } catch (TooLongException e) {
      throw new MalformedOtlpException(String.valueOf(e.getMessage()), e);
    }
  }
}
