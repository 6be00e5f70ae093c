package io.tailrace.serdes;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Detects bytes that are not {@code TracesData} by unknown fields. */
final class KnownFields {
  private static final int MAX_DEPTH = 100;
  private static final int FIELD_NUMBER_SHIFT = 3;

  private final WireReader in = new WireReader();

  /** Returns the path of an unknown field, or null if there is none. */
  @Nullable String unknownIn(byte[] record) {
    in.of(record, 0, record.length);
    return unknownIn(OtlpSchema.TRACES_DATA, "", 0);
  }

  private @Nullable String unknownIn(MessageType type, String path, int depth) {
    try {
      for (int tag = in.tag(); tag != 0; tag = in.tag()) {
        MessageType.Field field = type.field(tag);
        if (field == null) {
          return path + "field " + (tag >>> FIELD_NUMBER_SHIFT);
        }
        if (field.type() == null || depth > MAX_DEPTH) {
          in.skip(tag);
          continue;
        }
        int outer = in.enter();
        String unknown = unknownIn(field.type(), path + field.name() + ".", depth + 1);
        if (unknown != null) {
          return unknown;
        }
        in.leave(outer);
      }
      return null;
    } catch (IOException broken) {
      return path + "bytes that are not a message";
    }
  }
}
