package io.tailrace.policies.ottl.functions;

import io.tailrace.policies.ottl.values.EvaluationException;
import io.tailrace.policies.ottl.values.Frame;
import io.tailrace.policies.ottl.values.Id;
import io.tailrace.policies.ottl.values.Part;
import io.tailrace.policies.ottl.values.Strings;
import io.tailrace.policies.ottl.values.Type;
import io.tailrace.policies.ottl.values.Values;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A verb of Go's {@code fmt} with its flags. Formats values. */
final class GoVerb {
  /** Number of fraction digits that represents every double exactly. */
  private static final int MAX_FRACTION = 1_100;

  private static final int MAX_DIGITS = 17;

  /** Limit of Go for digits before the point if no precision is given. */
  private static final int SHORTEST_LIMIT = 6;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final int verb;
  private final GoFlags flags;
  private final Frame frame;

  /** Whether it formats a value inside an error note. Go does not call {@code String()} there. */
  private final boolean inNote;

  GoVerb(int verb, GoFlags flags, Frame frame) {
    this(verb, flags, frame, false);
  }

  private GoVerb(int verb, GoFlags flags, Frame frame, boolean inNote) {
    this.verb = verb;
    this.flags = flags;
    this.frame = frame;
    this.inNote = inNote;
  }

  String of(@Nullable Object value) {
    if (verb == 'T') {
      return padded(value == null ? typeOf(null) : cut(typeOf(value)), false);
    }
    return of(value, 0);
  }

  private String of(@Nullable Object value, int depth) {
    frame.charge(1L + Math.max(flags.width, 0) + Math.max(flags.precision, 0));
    if (depth > Values.MAX_DEPTH) {
      throw new EvaluationException("a value nested too deep");
    }
    if (value instanceof String text) {
      frame.charge(text.length());
      return text(text, value);
    }
    if (value instanceof Long number) {
      return integer(number, value);
    }
    if (value instanceof Double number) {
      return real(number);
    }
    if (value instanceof byte[] bytes) {
      frame.charge(4L * bytes.length);
      return bytes(bytes, depth);
    }
    if (value instanceof Boolean) {
      return is("tv") ? padded(value.toString(), false) : bad(value);
    }
    if (value instanceof List<?> list) {
      return list(list, depth);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, depth);
    }
    if (value instanceof Duration duration && (inNote || isGoSyntax() || !is("vsxXq"))) {
      return integer(duration.toNanos(), value);
    }
    if (value == null) {
      return depth > 0 ? "<nil>" : is("v") ? padded("<nil>", false) : bad(null);
    }
    if (value instanceof Part || inNote || !is("vsxXq")) {
      throw new EvaluationException("no such text of this type");
    }
    return text(shown(value), value);
  }

  private boolean is(String verbs) {
    return verbs.indexOf(verb) >= 0;
  }

  /** Returns the text of Go types that implement {@code Stringer}. */
  private String shown(Object value) {
    if (value instanceof ZonedDateTime time) {
      String nanos = time.getNano() == 0 ? "" : fraction(time.getNano());
      String offset = time.getOffset().getTotalSeconds() == 0 ? "+0000" : offset(time);
      String zone = DateTimeFormatter.ofPattern("zzz", Locale.ROOT).format(time);
      return TIME.format(time) + nanos + " " + offset + " " + (zone.equals("Z") ? "UTC" : zone);
    }
    if (value instanceof Duration duration) {
      return GoDurationText.of(duration);
    }
    return value instanceof Id ? value.toString() : Strings.of(value, frame);
  }

  private static String fraction(int nanos) {
    return "." + String.format("%09d", nanos).replaceFirst("0+$", "");
  }

  private static String offset(ZonedDateTime time) {
    return DateTimeFormatter.ofPattern("xx", Locale.ROOT).format(time);
  }

  private String text(String text, Object value) {
    if (is("v")) {
      return isGoSyntax() ? padded(quoted(cut(text)), false) : padded(cut(text), false);
    }
    return switch (verb) {
      case 's' -> padded(cut(text), false);
      case 'q' -> padded(quoted(cut(text)), false);
      case 'x', 'X' -> hex(text.getBytes(StandardCharsets.UTF_8));
      default -> bad(value);
    };
  }

  private String cut(String text) {
    boolean whole = !flags.isPrecise() || text.codePointCount(0, text.length()) <= flags.precision;
    return whole ? text : text.substring(0, text.offsetByCodePoints(0, flags.precision));
  }

  private String hex(byte[] bytes) {
    int length = flags.isPrecise() ? Math.min(flags.precision, bytes.length) : bytes.length;
    frame.charge(5L * length);
    HexFormat hex = flags.space ? HexFormat.ofDelimiter(" ") : HexFormat.of();
    String before = flags.sharp ? "0x" : "";
    if (flags.sharp && flags.space) {
      hex = hex.withPrefix(before);
    }
    String digits = hex.formatHex(bytes, 0, length);
    String shown = flags.sharp && !flags.space && length > 0 ? before + digits : digits;
    return padded(verb == 'X' ? shown.toUpperCase(Locale.ROOT) : shown, false);
  }

  private String quoted(String text) {
    frame.charge(10L * text.length());
    boolean raw = flags.sharp && text.indexOf('`') < 0 && text.chars().noneMatch(c -> c < ' ');
    if (raw && is("q")) {
      return '`' + text + '`';
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints().forEach(c -> escape(c, '"', quoted));
    return quoted.append('"').toString();
  }

  private void escape(int c, char quote, StringBuilder to) {
    int simple = "\u0007\b\f\n\r\t\u000b".indexOf(c);
    if (c == quote || c == '\\') {
      to.append('\\').append((char) c);
    } else if (simple >= 0) {
      to.append('\\').append("abfnrtv".charAt(simple));
    } else if (c < ' ' || c == 0x7f) {
      to.append(String.format("\\x%02x", c));
    } else if (c < 0x7f || (!flags.plus && isPrintable(c))) {
      to.appendCodePoint(c);
    } else {
      to.append(String.format(c > 0xffff ? "\\U%08x" : "\\u%04x", c));
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private String integer(long number, Object value) {
    return switch (verb) {
      case 'v', 'd' -> integer(number, 10, "");
      case 'b' -> integer(number, 2, flags.sharp ? "0b" : "");
      case 'o' -> integer(number, 8, flags.sharp ? "0" : "");
      case 'O' -> integer(number, 8, flags.sharp ? "0o0" : "0o");
      case 'x' -> integer(number, 16, flags.sharp ? "0x" : "");
      case 'X' -> integer(number, 16, flags.sharp ? "0X" : "");
      case 'c' -> padded(Character.toString(rune(number)), false);
      case 'q' -> {
        StringBuilder quoted = new StringBuilder("'");
        escape(rune(number), '\'', quoted);
        yield padded(quoted.append('\'').toString(), false);
      }
      case 'U' -> unicode(number);
      default -> bad(value);
    };
  }

  private static int rune(long number) {
    boolean valid = number >= 0 && number <= Character.MAX_CODE_POINT;
    return valid && (number < 0xd800 || number > 0xdfff) ? (int) number : 0xfffd;
  }

  private String unicode(long number) {
    String digits = Long.toHexString(number).toUpperCase(Locale.ROOT);
    String shown = "U+" + "0".repeat(Math.max(0, Math.max(4, flags.precision) - digits.length()));
    boolean known = flags.sharp && number == rune(number) && isPrintable((int) number);
    String rune = known ? " '" + Character.toString((int) number) + "'" : "";
    return padded(shown + digits + rune, true);
  }

  private String integer(long number, int radix, String before) {
    String sign = number < 0 ? "-" : flags.plus ? "+" : flags.space ? " " : "";
    String digits = number < 0 ? Long.toString(number, radix).substring(1) : "";
    digits = number < 0 ? digits : Long.toString(number, radix);
    int least = flags.precision;
    if (least == 0 && number == 0) {
      return " ".repeat(Math.max(0, flags.width));
    }
    if (!flags.isPrecise() && flags.zero && flags.isWide()) {
      least = flags.width - sign.length();
    }
    digits = "0".repeat(Math.max(0, least - digits.length())) + digits;
    boolean octal = radix == 8 && flags.sharp && digits.startsWith("0");
    String prefix = octal ? before.substring(0, before.length() - 1) : before;
    String shown = sign + prefix + digits;
    return padded(verb == 'X' ? shown.toUpperCase(Locale.ROOT) : shown, true);
  }

  private String real(double number) {
    if (!is("veEfFgG")) {
      if (is("bxX")) {
        throw new EvaluationException("no binary or hex text of floats");
      }
      return bad(number);
    }
    if (flags.sharp) {
      throw new EvaluationException("no # for floats");
    }
    if (!Double.isFinite(number)) {
      boolean sign = flags.plus || flags.space;
      String nan = flags.plus ? "+NaN" : sign ? " NaN" : "NaN";
      String infinite = number < 0 ? "-Inf" : flags.space && !flags.plus ? " Inf" : "+Inf";
      return padded(Double.isNaN(number) ? nan : infinite, true);
    }
    boolean negative = number < 0 || (number == 0 && 1 / number < 0);
    String sign = negative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
    BigDecimal value = new BigDecimal(Math.abs(number));
    String digits =
        switch (verb) {
          case 'f', 'F' -> fixed(value, flags.isPrecise() ? flags.precision : 6);
          case 'e', 'E' -> scientific(rounded(value, flags.isPrecise() ? flags.precision : 6));
          default -> general(value);
        };
    digits = is("EG") ? digits.toUpperCase(Locale.ROOT) : digits;
    int missing = flags.zero ? flags.width - sign.length() - digits.length() : 0;
    return padded(sign + "0".repeat(Math.max(0, missing)) + digits, true);
  }

  private static String fixed(BigDecimal value, int precision) {
    int kept = Math.min(precision, MAX_FRACTION);
    String digits = value.setScale(kept, RoundingMode.HALF_EVEN).toPlainString();
    return digits + "0".repeat(precision - kept);
  }

  /** Significant digits and the exponent of the first digit. */
  private record Digits(String digits, int exponent) {}

  private static Digits rounded(BigDecimal value, int more) {
    if (value.signum() == 0) {
      return new Digits("0".repeat(more + 1), 0);
    }
    int kept = Math.min(more, MAX_FRACTION);
    BigDecimal rounded = value.round(new MathContext(kept + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int exponent = digits.length() - 1 - rounded.scale();
    return new Digits(digits + "0".repeat(more + 1 - digits.length()), exponent);
  }

  private static String scientific(Digits d) {
    String fraction = d.digits.length() > 1 ? "." + d.digits.substring(1) : "";
    String exponent = String.format("%02d", Math.abs(d.exponent));
    return d.digits.charAt(0) + fraction + "e" + (d.exponent < 0 ? "-" : "+") + exponent;
  }

  /** Uses an exponent if it is below -4 or at least the precision. */
  private String general(BigDecimal value) {
    int precision = flags.isPrecise() ? Math.max(1, flags.precision) : -1;
    Digits d = precision < 0 ? shortest(value) : rounded(value, precision - 1);
    String digits = d.digits.replaceFirst("(?<=.)0+$", "");
    Digits bare = new Digits(digits, d.exponent);
    int limit = precision;
    if (limit > digits.length() && digits.length() > d.exponent) {
      limit = digits.length();
    }
    limit = precision < 0 ? SHORTEST_LIMIT : limit;
    if (d.exponent < -4 || d.exponent >= limit) {
      return scientific(bare);
    }
    BigDecimal plain = new BigDecimal(digits).movePointRight(d.exponent + 1 - digits.length());
    return plain.signum() == 0 ? "0" : plain.toPlainString();
  }

  /** Returns the fewest digits that parse to the same double. */
  private static Digits shortest(BigDecimal value) {
    double number = value.doubleValue();
    for (int more = 0; more < MAX_DIGITS - 1; more++) {
      BigDecimal rounded = value.round(new MathContext(more + 1, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == number) {
        return rounded(value, more);
      }
    }
    return rounded(value, MAX_DIGITS - 1);
  }

  private String bytes(byte[] bytes, int depth) {
    if (is("sq")) {
      return text(new String(bytes, StandardCharsets.UTF_8), bytes);
    }
    if (is("xX")) {
      return hex(bytes);
    }
    noGoSyntax();
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < bytes.length; i++) {
      long number = bytes[i] & 0xff;
      boolean shown = is("vdboOcU");
      text.append(i == 0 ? "" : " ");
      text.append(shown ? of(number, depth + 1) : bad(number, "uint8"));
    }
    return text.append(']').toString();
  }

  private String list(List<?> list, int depth) {
    noGoSyntax();
    StringBuilder text = new StringBuilder("[");
    String before = "";
    for (Object item : list) {
      text.append(before).append(of(item, depth + 1));
      before = " ";
    }
    return text.append(']').toString();
  }

  private String map(Map<?, ?> map, int depth) {
    noGoSyntax();
    StringBuilder text = new StringBuilder("map[");
    String before = "";
    for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
      text.append(before).append(of(entry.getKey(), depth + 1)).append(':');
      text.append(of(entry.getValue(), depth + 1));
      before = " ";
    }
    return text.append(']').toString();
  }

  private boolean isGoSyntax() {
    return is("v") && flags.sharp && !inNote;
  }

  private void noGoSyntax() {
    if (isGoSyntax()) {
      throw new EvaluationException("no lists and maps as Go source");
    }
  }

  /** Returns the note for a verb that does not match the value. */
  private String bad(@Nullable Object value) {
    return bad(value, typeOf(value));
  }

  private String bad(@Nullable Object value, String type) {
    String shown = value == null ? "" : "=" + new GoVerb('v', flags, frame, true).of(value);
    return "%!" + Character.toString(verb) + "(" + type + shown + ")";
  }

  static String typeOf(@Nullable Object value) {
    return switch (Type.of(value)) {
      case NIL -> "<nil>";
      case BOOL -> "bool";
      case INT -> "int64";
      case DOUBLE -> "float64";
      case STRING -> "string";
      case BYTES -> "[]uint8";
      case LIST -> "[]interface {}";
      case MAP -> "map[string]interface {}";
      case TIME -> "time.Time";
      case DURATION -> "time.Duration";
      default -> throw new EvaluationException("no name of this type");
    };
  }

  /** Pads a text. Numbers already have their zeros after the sign. */
  private String padded(String text, boolean number) {
    int missing = flags.width - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    String padding = (flags.zero && !number ? "0" : " ").repeat(missing);
    return flags.minus ? text + padding : padding + text;
  }
}
