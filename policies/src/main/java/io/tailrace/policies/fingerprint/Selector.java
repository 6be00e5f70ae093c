package io.tailrace.policies.fingerprint;

import io.vavr.control.Validation;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Names the values of a trace that are part of a fingerprint. Immutable, thread-safe.
 *
 * <p>The forms with {@code attributes} are those of the Collector's {@code
 * processor/adaptivetailsamplingprocessor/internal/sampler/selector.go}. {@code root.name}, {@code
 * root.service} and {@code trace.shape} are our own.
 *
 * @param source where the value is read
 * @param key attribute key; empty if the source has a single value
 */
public record Selector(Source source, String key) {
  private static final String BEFORE_KEY = "attributes[\"";
  private static final String AFTER_KEY = "\"]";

  /** Where a value is read. */
  public enum Source {
    /** Attributes of each resource. */
    RESOURCE,
    /** Attributes of each instrumentation scope. */
    SCOPE,
    /** Attributes of each span. */
    SPAN,
    /** Attributes of root spans. */
    ROOT,
    /** Attributes of each resource, instrumentation scope and span. */
    ANY,
    /** Name of root spans. */
    ROOT_NAME,
    /** {@code service.name} of the resource of root spans. */
    ROOT_SERVICE,
    /** Hash of the set of (parent service, service, span name) of all spans. */
    TRACE_SHAPE;

    private boolean hasAttributes() {
      return compareTo(ANY) <= 0;
    }

    private String prefix() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Map<String, Selector> OWN =
      Map.of(
          "root.name", new Selector(Source.ROOT_NAME, ""),
          "root.service", new Selector(Source.ROOT_SERVICE, ""),
          "trace.shape", new Selector(Source.TRACE_SHAPE, ""));

  /**
   * Parses a selector such as {@code span.attributes["http.route"]}.
   *
   * @return the selector, or the expectation that the text does not meet, as for a {@link
   *     io.tailrace.policies.document.Fault}
   */
  public static Validation<String, Selector> parse(String text) {
    Selector own = OWN.get(text);
    if (own != null) {
      return Validation.valid(own);
    }
    int dot = text.indexOf('.');
    Optional<Source> source = dot < 0 ? Optional.empty() : source(text.substring(0, dot));
    if (source.isEmpty()) {
      return Validation.invalid(
          "(resource|scope|span|root|any).attributes[\"key\"], root.name, root.service"
              + " or trace.shape");
    }
    String rest = text.substring(dot + 1);
    if (rest.length() < BEFORE_KEY.length() + AFTER_KEY.length()
        || !rest.startsWith(BEFORE_KEY)
        || !rest.endsWith(AFTER_KEY)) {
      return Validation.invalid(source.get().prefix() + ".attributes[\"key\"]");
    }
    String key = rest.substring(BEFORE_KEY.length(), rest.length() - AFTER_KEY.length());
    if (key.isEmpty() || key.indexOf('"') >= 0) {
      return Validation.invalid("one attribute key in attributes[\"...\"]");
    }
    return Validation.valid(new Selector(source.get(), key));
  }

  private static Optional<Source> source(String prefix) {
    return Arrays.stream(Source.values())
        .filter(source -> source.hasAttributes() && source.prefix().equals(prefix))
        .findFirst();
  }

  /** Returns whether the value depends on which spans are root spans. */
  public boolean isOfRoot() {
    return source == Source.ROOT || source == Source.ROOT_NAME || source == Source.ROOT_SERVICE;
  }

  /** Returns the text that {@link #parse} accepts. */
  @Override
  public String toString() {
    return source.hasAttributes()
        ? source.prefix() + "." + BEFORE_KEY + key + AFTER_KEY
        : source.prefix().replace('_', '.');
  }
}
