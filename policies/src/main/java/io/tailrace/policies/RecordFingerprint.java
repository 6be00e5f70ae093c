package io.tailrace.policies;

/** How the fingerprint of a kept trace is recorded on its spans. */
public enum RecordFingerprint {
  NONE,
  /** The text itself. */
  VALUE,
  /** The first 8 bytes of its SHA-256, as 16 hexadecimal digits. */
  HASH
}
