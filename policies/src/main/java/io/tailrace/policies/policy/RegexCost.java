package io.tailrace.policies.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Estimates how many steps RE2/J compiles an expression to, without compiling it. The estimate is
 * often above the real number and never far below. The result for an invalid expression is
 * arbitrary; the compiler reports the error.
 */
final class RegexCost {
  /** Deeper nesting can overflow the stack of the recursive compiler. */
  private static final int MAX_DEPTH = 200;

  private static final long TOO_MUCH = Integer.MAX_VALUE;
  private static final Pattern REPEAT = Pattern.compile("\\{([0-9]{1,9})(,([0-9]{0,9}))?\\}");

  private final String regex;
  private final Deque<Long> outer = new ArrayDeque<>();
  private long sum;
  private long last;
  private int at;

  private RegexCost(String regex) {
    this.regex = regex;
  }

  static long steps(String regex) {
    return new RegexCost(regex).count();
  }

  private long count() {
    while (at < regex.length()) {
      switch (regex.charAt(at)) {
        case '\\' -> escape();
        case '[' -> charClass();
        case '(' -> open();
        case ')' -> close();
        case '{' -> repeat();
        default -> atom(at + 1);
      }
      if (sum > TOO_MUCH || outer.size() > MAX_DEPTH) {
        return TOO_MUCH;
      }
    }
    return outer.stream().mapToLong(Long::longValue).sum() + sum;
  }

  private void atom(int next) {
    sum += 1;
    last = 1;
    at = next;
  }

  private void open() {
    outer.push(sum);
    sum = 2; // one step each for the start and the end of the group
    last = 0;
    at++;
  }

  private void close() {
    last = sum;
    sum = outer.isEmpty() ? sum : sum + outer.pop();
    at++;
  }

  private void repeat() {
    Matcher repeat = REPEAT.matcher(regex).region(at, regex.length());
    if (!repeat.lookingAt()) {
      atom(at + 1); // a brace without a count is literal text
      return;
    }
    long least = Long.parseLong(repeat.group(1));
    boolean open = repeat.group(2) != null && repeat.group(3).isEmpty();
    boolean closed = repeat.group(2) != null && !open;
    long most = closed ? Long.parseLong(repeat.group(3)) : least + (open ? 1 : 0);
    sum += last * Math.max(0, most - 1);
    last *= Math.max(1, most);
    at = repeat.end();
  }

  private void escape() {
    if (regex.startsWith("\\Q", at)) {
      int end = regex.indexOf("\\E", at);
      int stop = end < 0 ? regex.length() : end;
      sum += stop - at;
      atom(Math.min(regex.length(), stop + 2));
    } else if (at + 2 < regex.length() && regex.charAt(at + 2) == '{' && named(at + 1)) {
      int end = regex.indexOf('}', at);
      atom(end < 0 ? regex.length() : end + 1);
    } else {
      atom(at + 2);
    }
  }

  /** Returns whether braces after this letter are part of the escape. */
  private boolean named(int letter) {
    return "pPx".indexOf(regex.charAt(letter)) >= 0;
  }

  /**
   * Counts one step for a character class. A closing bracket at its start or after a backslash does
   * not end it.
   */
  private void charClass() {
    int next = at + 1;
    next += regex.startsWith("^", next) ? 1 : 0;
    next += regex.startsWith("]", next) ? 1 : 0;
    while (next < regex.length() && regex.charAt(next) != ']') {
      int named = regex.startsWith("[:", next) ? regex.indexOf(":]", next + 2) : -1;
      if (named >= 0) {
        next = named + 2;
      } else {
        next += regex.charAt(next) == '\\' ? 2 : 1;
      }
    }
    atom(Math.min(regex.length(), next + 1));
  }
}
