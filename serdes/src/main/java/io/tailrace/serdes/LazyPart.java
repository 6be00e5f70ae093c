package io.tailrace.serdes;

import java.io.IOException;

/**
 * A part of a record that is walked when something in it is asked for first, and once: bytes that
 * are malformed are malformed for every asker, at no further cost. Reused.
 */
abstract class LazyPart {
  byte[] record;
  private boolean walked;
  private MalformedOtlpException failure;

  /** Makes what was walked stale. */
  final void restart(byte[] inRecord) {
    record = inRecord;
    walked = false;
    failure = null;
  }

  /** Walks now, unless that was done. */
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
