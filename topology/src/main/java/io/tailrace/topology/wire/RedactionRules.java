package io.tailrace.topology.wire;

import io.tailrace.policies.export.KeyRule;
import io.tailrace.policies.export.Redaction;
import io.tailrace.policies.export.RedactionSummary;
import io.tailrace.policies.export.ValueText;
import io.tailrace.serdes.AttributeEdit;
import io.tailrace.serdes.AttributeRules;
import io.tailrace.serdes.AttributeValue;
import io.tailrace.serdes.MalformedOtlpException;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Applies a redaction to attributes and names in the wire format. Not thread-safe. */
public final class RedactionRules implements AttributeRules {
  private final Redaction redaction;
  private final RedactionSummary summary;
  private final KeyRules keys;

  public RedactionRules(Redaction redaction) {
    this.redaction = redaction;
    summary = redaction.newSummary();
    keys = new KeyRules(redaction);
  }

  @Override
  public void begin() {
    summary.clear();
  }

  @Override
  public AttributeEdit attribute(byte[] record, int keyFrom, int keyTo, AttributeValue value)
      throws MalformedOtlpException {
    KeyRules.Known known = keys.of(record, keyFrom, keyTo);
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

  private AttributeEdit examined(KeyRules.Known known, AttributeValue value)
      throws MalformedOtlpException {
    String text = redaction.examinesAllTypes() ? ValueText.of(value.decoded()) : value.text();
    if (redaction.isAllowed(text)) {
      summary.allowed(known.key());
      return AttributeEdit.KEEP;
    }
    String masked = redaction.masked(known.rule(), text);
    if (known.rule() == KeyRule.CHECKED && masked.equals(text)) {
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
  public String name(String text) {
    return redaction.name(text);
  }
}
