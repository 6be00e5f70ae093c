package io.tailrace.policies.document;

/** Where a node stands. The path is made only when someone asks: most nodes are never at fault. */
record Place(Node parent, String key, int index) {
  static final Place ROOT = new Place(null, "document", 0);

  static Place item(Node parent, int index) {
    return new Place(parent, null, index);
  }

  static Place entry(Node parent, String key) {
    return new Place(parent, key, 0);
  }

  /** Keys joined by dots, list items by their index; the root shows only if nothing else does. */
  String path() {
    if (parent == null) {
      return key;
    }
    String before = parent.place().parent == null ? "" : parent.path();
    if (key == null) {
      return before + "[" + index + "]";
    }
    return before.isEmpty() ? Shown.clean(key) : before + "." + Shown.clean(key);
  }
}
