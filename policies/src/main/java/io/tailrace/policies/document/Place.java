package io.tailrace.policies.document;

/** Position of a node. The path is built on demand, because most nodes have no fault. */
record Place(Node parent, String key, int index) {
  static final Place ROOT = new Place(null, "document", 0);

  static Place item(Node parent, int index) {
    return new Place(parent, null, index);
  }

  static Place entry(Node parent, String key) {
    return new Place(parent, key, 0);
  }

  /**
   * Returns keys joined by dots and list items by index. The root is named only if it is the whole
   * path.
   */
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
