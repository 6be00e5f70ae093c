package io.tailrace.serdes;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A part of a record that is parsed once, on first access. If it is malformed, every access throws
 * without parsing it again. Reusable.
 */
abstract class LazyPart {
  byte[] record = {};
  private boolean walked;
  private @Nullable MalformedOtlpException failure;

  /** Discards the parsed state. */
  final void restart(byte[] inRecord) {
    record = inRecord;
    walked = false;
    failure = null;
  }

  /** Parses the part unless this was already done. */
  final void demand() throws MalformedOtlpException {
    if (!walked) {
      walked = true;
      try {
        walk();
      } catch (IOException e) {
        failure = Wire.malformed(record, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  abstract void walk() throws IOException;
}
