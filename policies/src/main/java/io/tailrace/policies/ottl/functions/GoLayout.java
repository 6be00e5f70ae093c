package io.tailrace.policies.ottl.functions;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layout of Go's {@code time} package, split into literal text and elements of its reference
 * time, January 2 15:04:05 2006.
 *
 * @param elements in order
 */
record GoLayout(List<Element> elements) {
  /** Kind of an element. */
  enum Kind {
    LITERAL,
    LONG_MONTH,
    SHORT_MONTH,
    MONTH,
    LONG_WEEKDAY,
    SHORT_WEEKDAY,
    DAY,
    HOUR,
    HOUR_12,
    MINUTE,
    SECOND,
    LONG_YEAR,
    YEAR,
    PM,
    FRACTION,
    OFFSET,
    ZONE
  }

  /**
   * One element.
   *
   * @param text text in the layout
   */
  record Element(Kind kind, String text) {}

  /** Longer elements precede their own prefixes. A fraction has any number of nines. */
  private static final List<Element> KNOWN =
      List.of(
          new Element(Kind.LONG_MONTH, "January"),
          new Element(Kind.SHORT_MONTH, "Jan"),
          new Element(Kind.LONG_WEEKDAY, "Monday"),
          new Element(Kind.SHORT_WEEKDAY, "Mon"),
          new Element(Kind.ZONE, "MST"),
          new Element(Kind.OFFSET, "Z0700"),
          new Element(Kind.OFFSET, "Z07:00"),
          new Element(Kind.OFFSET, "Z07"),
          new Element(Kind.OFFSET, "-070000"),
          new Element(Kind.OFFSET, "-07:00:00"),
          new Element(Kind.OFFSET, "-07:00"),
          new Element(Kind.OFFSET, "-07"),
          new Element(Kind.MONTH, "01"),
          new Element(Kind.DAY, "02"),
          new Element(Kind.HOUR_12, "03"),
          new Element(Kind.MINUTE, "04"),
          new Element(Kind.SECOND, "05"),
          new Element(Kind.YEAR, "06"),
          new Element(Kind.LONG_YEAR, "2006"),
          new Element(Kind.HOUR, "15"),
          new Element(Kind.DAY, "_2"),
          new Element(Kind.MONTH, "1"),
          new Element(Kind.DAY, "2"),
          new Element(Kind.HOUR_12, "3"),
          new Element(Kind.MINUTE, "4"),
          new Element(Kind.SECOND, "5"),
          new Element(Kind.PM, "PM"),
          new Element(Kind.PM, "pm"));

  static GoLayout of(String layout) {
    List<Element> elements = new ArrayList<>();
    int literal = 0;
    int at = 0;
    while (at < layout.length()) {
      Element element = elementAt(layout, at);
      if (element == null) {
        at++;
        continue;
      }
      if (literal < at) {
        elements.add(new Element(Kind.LITERAL, layout.substring(literal, at)));
      }
      elements.add(element);
      at += element.text().length();
      literal = at;
    }
    if (literal < at) {
      elements.add(new Element(Kind.LITERAL, layout.substring(literal)));
    }
    return new GoLayout(List.copyOf(elements));
  }

  /** Returns the element at this position. Null if there is none. */
  private static @Nullable Element elementAt(String layout, int at) {
    char c = layout.charAt(at);
    if (c == '.' || c == ',') {
      int end = at + 1;
      while (end < layout.length() && layout.charAt(end) == '9') {
        end++;
      }
      boolean digits = end < layout.length() && isDigit(layout.charAt(end));
      return end == at + 1 || digits ? null : new Element(Kind.FRACTION, layout.substring(at, end));
    }
    if (layout.startsWith("_2006", at)) {
      return null; // the year starts after the underscore
    }
    for (Element known : KNOWN) {
      if (layout.startsWith(known.text(), at) && !isWord(known, layout, at)) {
        return known;
      }
    }
    return null;
  }

  /** Returns whether a short name is the start of a longer word, which is literal text. */
  private static boolean isWord(Element known, String layout, int at) {
    int next = at + known.text().length();
    boolean shortName = known.kind() == Kind.SHORT_MONTH || known.kind() == Kind.SHORT_WEEKDAY;
    return shortName
        && next < layout.length()
        && layout.charAt(next) >= 'a'
        && layout.charAt(next) <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
