package io.tailrace.policies.document;

import org.jspecify.annotations.Nullable;

/**
 * Position of a node. The path is built on demand, because most nodes have no fault.
 *
 * @param parent null for the root
 * @param key key in a mapping, empty for an item of a list
 * @param index 0-based index in a list, -1 for an entry of a mapping
 */
record Place(@Nullable Node parent, String key, int index) {
  static final Place ROOT = new Place(null, "document", -1);

  static Place item(Node parent, int index) {
    return new Place(parent, "", index);
  }

  static Place entry(Node parent, String key) {
    return new Place(parent, key, -1);
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
    if (index >= 0) {
      return before + "[" + index + "]";
    }
    return before.isEmpty() ? Shown.clean(key) : before + "." + Shown.clean(key);
  }
}
