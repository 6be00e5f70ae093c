package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Implements Go's {@code fmt.Sprintf}. As in Go, an invalid directive adds a note to the text and
 * is not an error.
 */
final class GoFormat {
  /** Go rejects larger widths, precisions and indexes. */
  private static final int MAX_NUMBER = 1_000_000;

  private final String format;
  private final List<?> values;
  private final Frame frame;
  private final StringBuilder text = new StringBuilder();
  private int at;
  private int next;
  private boolean jumped;
  private boolean goodIndex;
  private boolean afterIndex;

  GoFormat(String format, List<?> values, Frame frame) {
    this.format = format;
    this.values = values;
    this.frame = frame;
  }

  String formatted() {
    frame.charge(format.length());
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      text.append(format, at, percent < 0 ? format.length() : percent);
      at = percent < 0 ? format.length() : percent + 1;
      if (percent >= 0) {
        directive();
      }
    }
    if (!jumped && next < values.size()) {
      extra();
    }
    return text.toString();
  }

  private void directive() {
    GoFlags flags = new GoFlags();
    while (at < format.length() && flags.set(format.charAt(at))) {
      at++;
    }
    goodIndex = true;
    afterIndex = false;
    index();
    width(flags);
    if (at + 1 <= format.length() && format.startsWith(".", at)) {
      precision(flags);
    }
    if (!afterIndex) {
      index();
    }
    if (at >= format.length()) {
      append("%!(NOVERB)");
      return;
    }
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') {
      append("%");
    } else if (!goodIndex) {
      append("%!" + Character.toString(verb) + "(BADINDEX)");
    } else if (next >= values.size()) {
      append("%!" + Character.toString(verb) + "(MISSING)");
    } else {
      Object value = values.get(next);
      next++;
      append(new GoVerb(verb, flags.forVerb(verb), frame).of(value));
    }
  }

  private void width(GoFlags flags) {
    if (format.startsWith("*", at)) {
      at++;
      Integer width = number();
      if (width == null) {
        append("%!(BADWIDTH)");
      } else {
        flags.setWidth(width);
      }
      afterIndex = false;
      return;
    }
    Integer width = digits();
    if (width != null) {
      goodIndex &= !afterIndex; // as in %[3]2d
      flags.setWidth(width);
    }
  }

  private void precision(GoFlags flags) {
    at++;
    goodIndex &= !afterIndex; // as in %[3].2d
    index();
    if (format.startsWith("*", at)) {
      at++;
      Integer precision = number();
      if (precision == null) {
        append("%!(BADPREC)");
      } else if (precision >= 0) {
        flags.precision = precision;
      } else {
        append("%!(BADPREC)");
      }
      afterIndex = false;
      return;
    }
    Integer precision = digits();
    flags.precision = precision == null ? 0 : precision;
  }

  /** Returns the next argument as a number. Null if it is not a number or too large. */
  private @Nullable Integer number() {
    if (next >= values.size()) {
      return null;
    }
    Object value = values.get(next);
    next++;
    boolean small = value instanceof Long number && Math.abs(number) <= MAX_NUMBER;
    return small ? ((Long) value).intValue() : null;
  }

  /** Reads digits. Null if there are none or too many. */
  private @Nullable Integer digits() {
    int start = at;
    int value = 0;
    while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
      value = value * 10 + format.charAt(at) - '0';
      at++;
      if (value > MAX_NUMBER) {
        return null;
      }
    }
    return at == start ? null : (Integer) value;
  }

  /** Reads an index such as {@code [2]}, which selects the next argument. */
  private void index() {
    if (!format.startsWith("[", at)) {
      return;
    }
    jumped = true;
    int end = format.indexOf(']', at);
    if (end < 0) {
      goodIndex = false;
      at++;
      return;
    }
    at++;
    Integer index = digits();
    if (index != null && at == end && index >= 1 && index <= values.size()) {
      next = index - 1;
      afterIndex = true;
    } else {
      goodIndex = false;
    }
    at = end + 1;
  }

  private void extra() {
    append("%!(EXTRA ");
    String before = "";
    for (Object value : values.subList(next, values.size())) {
      String type = GoVerb.typeOf(value);
      append(before + type);
      if (value != null) {
        append("=" + new GoVerb('v', new GoFlags(), frame).of(value));
      }
      before = ", ";
    }
    append(")");
  }

  private void append(String part) {
    frame.charge(part.length());
    text.append(part);
  }
}
