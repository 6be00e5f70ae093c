package io.tailrace.serdes;

/** A listener that needs no fields. A scan never calls its other methods. */
enum NoListener implements SpanListener {
  INSTANCE;

  @Override
  public boolean wantsAttributes() {
    return false;
  }

  @Override
  public boolean wantsScopes() {
    return false;
  }

  @Override
  public int attributeKey(byte[] buffer, int offset, int length) {
    return -1;
  }

  @Override
  public boolean resourceStart(int resource, byte[] buffer, int offset, int length) {
    return false;
  }

  @Override
  public void resourceAttribute(int resource, int key, AttributeCursor value) {}

  @Override
  public void resourceEnd(int resource) {}

  @Override
  public boolean scopeStart(int scope, byte[] buffer, int offset, int length) {
    return false;
  }

  @Override
  public void scopeAttribute(int scope, int key, AttributeCursor value) {}

  @Override
  public void scopeEnd(int scope) {}

  @Override
  public void spanAttribute(int span, int key, AttributeCursor value) {}

  @Override
  public void traceState(int span, byte[] buffer, int offset, int length) {}

  @Override
  public void flags(int span, int flags) {}
}
