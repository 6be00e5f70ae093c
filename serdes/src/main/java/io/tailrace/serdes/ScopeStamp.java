package io.tailrace.serdes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes text attributes into the instrumentation scopes of a kept trace. An attribute replaces
 * those with the same key. Reusable; not thread-safe.
 */
public final class ScopeStamp {
  private final WireReader in = new WireReader();
  private final ForwardWriter out = new ForwardWriter();
  private Map<String, String> attributes = Map.of();

  /** Sets the attributes of the next scopes; none leaves scopes as they are. */
  public void of(Map<String, String> ofTrace) {
    attributes = ofTrace;
  }

  /**
   * Returns the fields of a {@code ScopeSpans} other than its spans, with the attributes.
   *
   * @param header these fields as received. A malformed scope, which no scan refuses, is returned
   *     unchanged
   */
  byte[] stamp(byte[] header) {
    if (attributes.isEmpty()) {
      return header;
    }
    try {
      return write(header);
    } catch (IOException malformed) {
      return header;
    }
  }

  private byte[] write(byte[] header) throws IOException {
    out.clear();
    out.writeVarint(OtlpFields.SCOPE_SPANS_SCOPE);
    int scope = out.open();
    in.of(header, 0, header.length);
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      if (tag == OtlpFields.SCOPE_SPANS_SCOPE) { // several ones are merged, as protobuf has it
        int outer = in.enter();
        copyScope(header);
        in.leave(outer);
      } else {
        in.skip(tag);
      }
    }
    attributes.forEach(
        (key, value) -> out.writeTextAttribute(OtlpFields.SCOPE_ATTRIBUTES, key, value));
    out.close(scope);
    copyOthers(header);
    return out.toByteArray();
  }

  private void copyScope(byte[] header) throws IOException {
    int fieldStart = in.at();
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      int valueStart = in.at();
      in.skip(tag);
      if (tag != OtlpFields.SCOPE_ATTRIBUTES || !isReplaced(header, valueStart)) {
        out.writeRaw(header, fieldStart, in.at());
      }
      fieldStart = in.at();
    }
  }

  private boolean isReplaced(byte[] header, int lengthAt) throws IOException {
    WireReader attribute = new WireReader().of(header, lengthAt, in.at());
    attribute.enter();
    for (int tag = attribute.tag(); tag != 0; tag = attribute.tag()) {
      if (tag == OtlpFields.KEY_VALUE_KEY) {
        byte[] key = attribute.bytes();
        return attributes.keySet().stream()
            .anyMatch(name -> Arrays.equals(key, name.getBytes(StandardCharsets.UTF_8)));
      }
      attribute.skip(tag);
    }
    return false;
  }

  private void copyOthers(byte[] header) throws IOException {
    in.of(header, 0, header.length);
    int fieldStart = 0;
    for (int tag = in.tag(); tag != 0; tag = in.tag()) {
      in.skip(tag);
      if (tag != OtlpFields.SCOPE_SPANS_SCOPE) {
        out.writeRaw(header, fieldStart, in.at());
      }
      fieldStart = in.at();
    }
  }
}
