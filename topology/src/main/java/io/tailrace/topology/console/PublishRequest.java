package io.tailrace.topology.console;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Request to publish, or to show what would be published.
 *
 * @param document empty if the mode needs none
 * @param time null unless the mode is {@code TEMPORARY}
 * @param version version to return to; 0 unless the mode is {@code ROLLBACK}
 * @param by author, and a comment instead of the usual one
 * @param basedOn active version that the author has seen; 0 for none
 * @param basedOnShadow version of the shadow set that the author has seen; 0 for none
 */
record PublishRequest(
    Mode mode,
    String document,
    @Nullable Duration time,
    long version,
    Author by,
    long basedOn,
    long basedOnShadow) {

  /** Author of a publication and an optional comment. */
  record Author(String name, @Nullable String comment) {
    /** Reads both from a request. */
    static Author of(RequestBody body) {
      String name = body.text("author");
      String comment = body.text("comment");
      return new Author(name.isEmpty() ? "console" : name, comment.isEmpty() ? null : comment);
    }
  }

  /** What is published where. */
  enum Mode {
    ACTIVE,
    SHADOW,
    TEMPORARY,
    PROMOTE,
    WITHDRAW,
    ROLLBACK;

    boolean changesActive() {
      return this != SHADOW && this != WITHDRAW;
    }

    boolean changesShadow() {
      return this == SHADOW || this == WITHDRAW || this == PROMOTE;
    }

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Mode of(String text) {
      return text.isEmpty()
          ? ACTIVE
          : Arrays.stream(values())
              .filter(mode -> mode.label().equals(text))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ConsoleFault(
                          400,
                          "mode: %s (expected: one of %s)"
                              .formatted(
                                  text,
                                  Arrays.stream(values())
                                      .map(Mode::label)
                                      .collect(Collectors.joining(", ")))));
    }
  }

  /**
   * Reads a request. Without a mode, it is a publication as the active policies.
   *
   * @throws ConsoleFault if a value is not valid
   */
  static PublishRequest of(RequestBody body) {
    Mode mode = Mode.of(body.text("mode"));
    Duration time = mode == Mode.TEMPORARY ? body.duration("for") : null;
    if (time != null && time.toSeconds() < 1) {
      throw new ConsoleFault(400, "for: " + time.toMillis() + "ms (expected: at least 1s)");
    }
    return new PublishRequest(
        mode,
        body.document(),
        time,
        mode == Mode.ROLLBACK ? body.version("version") : 0,
        Author.of(body),
        body.version("based_on"),
        body.version("based_on_shadow"));
  }
}
