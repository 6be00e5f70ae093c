package io.tailrace.topology.wire;

import io.tailrace.policies.signals.AttributeValue;
import io.tailrace.serdes.AttributeCursor;

/** Exposes an attribute value to policies, read in place from the wire. Reused. */
public final class WireAttribute implements AttributeValue {
  @SuppressWarnings("NullAway.Init") // set by at(), which callers call first
  private AttributeCursor cursor;

  public WireAttribute at(AttributeCursor value) {
    cursor = value;
    return this;
  }

  @Override
  public Kind kind() {
    return switch (cursor.type()) {
      case STRING -> Kind.STRING;
      case BOOL -> Kind.BOOL;
      case INT -> Kind.INT;
      case DOUBLE -> Kind.DOUBLE;
      case OTHER -> Kind.OTHER;
    };
  }

  @Override
  public String string() {
    return cursor.string();
  }

  @Override
  public boolean bool() {
    return cursor.bool();
  }

  @Override
  public long integer() {
    return cursor.integer();
  }

  @Override
  public double real() {
    return cursor.real();
  }
}
