package io.tailrace.policies.document;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One value of a document, or the position of an absent value. {@code key:} and {@code key: null}
 * count as absent.
 *
 * <p>An accessor without a default requires a value. If the value is absent or of another type, it
 * reports a {@link Fault} and returns a placeholder (empty text, the smallest number, false). An
 * accessor with a default returns the default if the value is absent. Not thread-safe.
 */
public final class Node {
  private static final long MAX_EPOCH_MILLIS = 253_402_300_799_999L; // end of the year 9999

  private final Findings findings;
  private final Place place;
  private final int line;
  private final Kind kind;
  private final Scalar scalar; // Scalar.NULL unless the node is a scalar
  private final List<Node> items; // empty unless the node is a list
  private final Map<String, Node> entries; // empty unless the node is a mapping

  /**
   * Whether the value of an environment variable was read as text although it looks like another
   * type.
   */
  private boolean readAsText;

  private enum Kind {
    SCALAR,
    LIST,
    MAPPING
  }

  private Node(
      Findings findings,
      Place place,
      int line,
      Kind kind,
      Scalar scalar,
      List<Node> items,
      Map<String, Node> entries) {
    this.findings = findings;
    this.place = place;
    this.line = line;
    this.kind = kind;
    this.scalar = scalar;
    this.items = items;
    this.entries = entries;
  }

  static Node scalar(Findings findings, Place place, int line, Scalar scalar) {
    return new Node(findings, place, line, Kind.SCALAR, scalar, List.of(), Map.of());
  }

  static Node list(Findings findings, Place place, int line, List<Node> items) {
    return new Node(findings, place, line, Kind.LIST, Scalar.NULL, items, Map.of());
  }

  static Node mapping(Findings findings, Place place, int line, Map<String, Node> entries) {
    return new Node(findings, place, line, Kind.MAPPING, Scalar.NULL, List.of(), entries);
  }

  /** Returns whether there is a value. */
  public boolean present() {
    return !isScalar() || scalar.type() != Scalar.Type.NULL;
  }

  /**
   * Returns the tree below this node with environment references expanded. Reports faults of
   * references.
   */
  public Node expanded(Environment environment) {
    return expanded(new Expansion(environment), place);
  }

  private Node expanded(Expansion expansion, Place at) {
    if (!isScalar()) {
      return copy(at, (child, place) -> child.expanded(expansion, place));
    }
    Node moved = scalar(findings, at, line, scalar);
    boolean concerned = is(Scalar.Type.STRING) && Expansion.concerns(scalar.text());
    return concerned ? expansion.expanded(moved) : moved;
  }

  /** Returns whether the tree contains an environment reference. */
  public boolean refersToEnvironment() {
    return (is(Scalar.Type.STRING) && Expansion.refers(scalar.text()))
        || items.stream().anyMatch(Node::refersToEnvironment)
        || entries.values().stream().anyMatch(Node::refersToEnvironment);
  }

  Node withScalar(Scalar other) {
    return scalar(findings, place, line, other);
  }

  /** Returns another tree at this position, with its references expanded. */
  Node replacedBy(Node other, Expansion expansion) {
    return other.moved(place, this).expanded(expansion, place);
  }

  private Node moved(Place at, Node where) {
    if (isScalar()) {
      return scalar(where.findings, at, where.line, scalar);
    }
    List<Node> movedItems = new ArrayList<>();
    Map<String, Node> movedEntries = new LinkedHashMap<>();
    Node moved = new Node(where.findings, at, where.line, kind, scalar, movedItems, movedEntries);
    items.forEach(item -> movedItems.add(item.moved(Place.item(moved, movedItems.size()), where)));
    entries.forEach((key, e) -> movedEntries.put(key, e.moved(Place.entry(moved, key), where)));
    return moved;
  }

  /** Returns whether the value is a list. */
  public boolean isList() {
    return kind == Kind.LIST;
  }

  List<Node> items() {
    return items;
  }

  boolean isScalar() {
    return kind == Kind.SCALAR;
  }

  String scalarText() {
    return scalar.text();
  }

  /** Returns whether the value is a mapping. */
  public boolean isMapping() {
    return kind == Kind.MAPPING;
  }

  /** Returns the keys of a mapping in document order. Empty if the value is not a mapping. */
  public List<String> keys() {
    return List.copyOf(entries.keySet());
  }

  /** Returns one entry without reading the mapping. Not present if there is none. */
  public Node entry(String key) {
    Node value = entries.get(key);
    return value != null ? value : absent(key);
  }

  /** Returns the path, such as {@code policies[2].name}; {@code document} for the root. */
  public String path() {
    return place.path();
  }

  /** Returns the 1-based line of the value, or of its parent if the value is absent. */
  public int line() {
    return line;
  }

  /**
   * Reads a mapping with {@code reader}, then reports unknown keys. An absent value is an empty
   * mapping.
   *
   * @return the result of {@code reader}; empty, with a fault, if the value is not a mapping
   */
  public <T> Optional<T> mapping(Function<MappingReader, T> reader) {
    if (present() && !isMapping()) {
      return fault("a mapping", Optional.empty());
    }
    MappingReader mapping = new MappingReader(this, entries);
    T value = reader.apply(mapping);
    mapping.refuseUnknownKeys();
    return Optional.ofNullable(value);
  }

  /** Returns the items of a list. Empty if the value is absent. */
  public List<Node> list() {
    if (!present()) {
      return List.of();
    }
    return isList() ? List.copyOf(items) : fault("a list", List.of());
  }

  /** Returns the items of a non-empty list. */
  public List<Node> filledList() {
    List<Node> list = list();
    if (list.isEmpty() && (isList() || !present())) {
      return fault("a list with at least one item", list);
    }
    return list;
  }

  /** Returns the items of a list of texts. A single text is split at commas. */
  public List<Node> texts() {
    if (!isText() || !present()) {
      return list();
    }
    List<Node> texts = new ArrayList<>();
    for (String text : asText().isEmpty() ? new String[0] : scalar.text().split(",", -1)) {
      Scalar item = new Scalar(Scalar.Type.STRING, text);
      texts.add(scalar(findings, Place.item(this, texts.size()), line, item));
    }
    return texts;
  }

  /** Returns the items of a non-empty list of texts, like {@link #texts}. */
  public List<Node> filledTexts() {
    List<Node> texts = texts();
    if (texts.isEmpty() && (isList() || !present() || isText())) {
      return fault("a list with at least one item", texts);
    }
    return texts;
  }

  /** Returns a non-empty text. */
  public String string() {
    return isText() && !scalar.text().isEmpty() ? asText() : fault("a string" + quoteHint(), "");
  }

  /** Returns a text, which may be empty. */
  public String string(String absent) {
    if (!present()) {
      return absent;
    }
    return isText() ? asText() : fault("a string" + quoteHint(), absent);
  }

  /** Returns the text of a scalar of any type as written. Required. */
  public String text() {
    return isScalar() && present() ? asText() : fault("a text or number", "");
  }

  /** Returns a boolean. */
  public boolean bool(boolean absent) {
    if (!present()) {
      return absent;
    }
    return is(Scalar.Type.BOOL) ? scalar.bool() : fault("true or false", absent);
  }

  /** Returns an integer in {@code min..max}. {@link Long#MIN_VALUE} and MAX_VALUE mean no bound. */
  public long integer(long min, long max) {
    Long value = integerOrNull();
    return value != null && value >= min && value <= max ? value : fault(range(min, max), min);
  }

  /** Returns an integer like {@link #integer(long, long)}, with a default. */
  public long integer(long min, long max, long absent) {
    return present() ? integer(min, max) : absent;
  }

  /** Returns a number in {@code min..max}, with or without a fraction. */
  public double number(double min, double max, double absent) {
    if (!present()) {
      return absent;
    }
    boolean number = is(Scalar.Type.INTEGER) || is(Scalar.Type.REAL);
    if (number && scalar.real() >= min && scalar.real() <= max) {
      return scalar.real();
    }
    return fault("a number in " + min + ".." + max, absent);
  }

  /** Returns a duration above 0 in Go's format: {@code 30s}, {@code 1m30s}, {@code 1.5h}. */
  public Optional<Duration> positiveDuration() {
    Optional<Duration> duration = duration();
    if (duration.isPresent() && duration.get().compareTo(Duration.ZERO) <= 0) {
      return fault("> 0s", Optional.empty());
    }
    return duration;
  }

  /** Returns a duration of 0 or more, like {@link #positiveDuration}. Accepts 0 without a unit. */
  public Optional<Duration> durationFromZero() {
    Optional<Duration> duration = duration();
    if (duration.isPresent() && duration.get().isNegative()) {
      return fault(">= 0s", Optional.empty());
    }
    return duration;
  }

  /** Returns an RFC 3339 time, truncated to milliseconds. */
  public Optional<Instant> time() {
    if (!present()) {
      return Optional.empty();
    }
    try {
      Instant time =
          is(Scalar.Type.STRING) ? OffsetDateTime.parse(scalar.text()).toInstant() : null;
      if (time != null && Math.abs(time.toEpochMilli()) <= MAX_EPOCH_MILLIS) {
        return Optional.of(time.truncatedTo(ChronoUnit.MILLIS));
      }
    } catch (DateTimeParseException | ArithmeticException e) {
      // Reported below.
    }
    return fault("a time such as 2026-11-21T10:30:00Z", Optional.empty());
  }

  /** Returns a choice like {@link #oneOf}, ignoring case. */
  public <T> Optional<T> oneOfInAnyCase(Map<String, T> choices) {
    T choice = isText() ? choices.get(scalar.text().toLowerCase(Locale.ROOT)) : null;
    return choice != null ? Optional.of(choice) : oneOf(choices);
  }

  /** Reads one of the keys of {@code choices} and returns its value. */
  public <T> Optional<T> oneOf(Map<String, T> choices) {
    T choice = isText() ? choices.get(asText()) : null;
    if (choice != null) {
      return Optional.of(choice);
    }
    String typed = scalar.text();
    String hint =
        Suggestion.nearest(typed, choices.keySet())
            .map(near -> "; did you mean " + near + "?")
            .orElse("");
    return fault("one of " + String.join(", ", choices.keySet()) + hint, Optional.empty());
  }

  /** Reports that this value is not {@code expected} and returns {@code instead}. */
  public <T> T fault(String expected, T instead) {
    fault(expected);
    return instead;
  }

  /** Reports that this value is not {@code expected}. */
  public void fault(String expected) {
    findings.fault(new Fault(path(), shown(), expected, line));
  }

  /** Reports a warning, such as an ignored setting. */
  public void warn(String what) {
    findings.warning(path() + ": " + what + (line > 0 ? " at line " + line : ""));
  }

  /** Returns all warnings of the document so far. */
  public List<String> warnings() {
    return List.copyOf(findings.warnings());
  }

  /** Returns the value as written, truncated to 60 characters. */
  public String shown() {
    if (!present()) {
      return "absent";
    }
    if (isList()) {
      return "a list of " + items.size();
    }
    if (isMapping()) {
      return "a mapping";
    }
    return is(Scalar.Type.STRING) ? Shown.quoted(scalar.text()) : Shown.clean(scalar.text());
  }

  /** Returns the value as a map, list, string, boolean, long, double or null. */
  public @Nullable Object plain() {
    if (isMapping()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      entries.forEach((key, value) -> map.put(key, value.plain()));
      return map;
    }
    if (isList()) {
      List<@Nullable Object> list = new ArrayList<>();
      items.forEach(item -> list.add(item.plain()));
      return list;
    }
    if (readAsText) {
      return scalar.text();
    }
    return switch (scalar.type()) {
      case NULL -> null;
      case BOOL -> scalar.bool();
      case INTEGER -> integerOrNull();
      case REAL -> scalar.real();
      default -> scalar.text();
    };
  }

  /** Returns the whole value as one line with sorted keys. Equal values have equal lines. */
  public String inOneLine() {
    if (isList()) {
      return items.stream().map(Node::inOneLine).collect(Collectors.joining(", ", "[", "]"));
    }
    if (isMapping()) {
      return new TreeMap<>(entries)
          .entrySet().stream()
              .filter(entry -> entry.getValue().present())
              .map(entry -> entry.getKey() + ": " + entry.getValue().inOneLine())
              .collect(Collectors.joining(", ", "{", "}"));
    }
    return scalar.text();
  }

  Place place() {
    return place;
  }

  Node absent(String key) {
    return scalar(findings, Place.entry(this, key), line, Scalar.NULL);
  }

  /** Returns a copy at another position. {@code child} copies the children. */
  Node copy(Place at, BiFunction<Node, Place, Node> child) {
    if (isScalar()) {
      return scalar(findings, at, line, scalar);
    }
    List<Node> itemCopies = new ArrayList<>();
    Map<String, Node> entryCopies = new LinkedHashMap<>();
    Node copy = new Node(findings, at, line, kind, scalar, itemCopies, entryCopies);
    items.forEach(item -> itemCopies.add(child.apply(item, Place.item(copy, itemCopies.size()))));
    entries.forEach((key, e) -> entryCopies.put(key, child.apply(e, Place.entry(copy, key))));
    return copy;
  }

  private boolean isText() {
    return is(Scalar.Type.STRING) || scalar.isOfEnvironment();
  }

  private String asText() {
    readAsText |= scalar.isOfEnvironment();
    return scalar.text();
  }

  private boolean is(Scalar.Type type) {
    return isScalar() && scalar.type() == type;
  }

  private @Nullable Long integerOrNull() {
    try {
      if (is(Scalar.Type.REAL) && scalar.real() == Math.rint(scalar.real())) {
        return new BigDecimal(scalar.real()).longValueExact();
      }
      return is(Scalar.Type.INTEGER) ? scalar.integer() : null;
    } catch (ArithmeticException | NumberFormatException beyond64Bits) {
      return null;
    }
  }

  private Optional<Duration> duration() {
    if (!present()) {
      return Optional.empty();
    }
    boolean zero = is(Scalar.Type.INTEGER) && scalar.text().equals("0");
    Optional<Duration> duration =
        is(Scalar.Type.STRING) || zero ? GoDuration.parse(scalar.text()) : Optional.empty();
    return duration.isPresent() ? duration : fault("a duration such as 30s", duration);
  }

  private String quoteHint() {
    return !isScalar() || !present() || is(Scalar.Type.STRING) ? "" : "; put it in quotes";
  }

  private static String range(long min, long max) {
    if (min == Long.MIN_VALUE && max == Long.MAX_VALUE) {
      return "an integer";
    }
    return max == Long.MAX_VALUE ? "an integer >= " + min : "an integer in " + min + ".." + max;
  }
}
