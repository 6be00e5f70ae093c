package io.tailrace.serdes;

import io.tailrace.serdes.SpanDraft.SpanKind;
import io.tailrace.serdes.SpanDraft.StatusCode;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Derives the status of a span from its tags: {@code error}, then the OpenTelemetry status tags,
 * then the HTTP status.
 */
final class JaegerStatus {
  private static final String CODE = "otel.status_code";
  private static final String DESCRIPTION = "otel.status_description";
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,18}");

  private JaegerStatus() {}

  /** Sets the status of the draft and removes the tags that only carry the status. */
  static void take(SpanDraft span) {
    Map<String, Object> tags = span.attributes;
    boolean error = Boolean.TRUE.equals(tags.get("error"));
    if (error) {
      tags.remove("error");
      span.status = StatusCode.ERROR;
      String description = SpanDraft.takeText(tags, DESCRIPTION);
      span.statusMessage = description == null ? httpMessage(tags) : description;
    }
    String code = SpanDraft.takeText(tags, CODE);
    if (code != null) {
      if (!error) {
        span.status = code(code);
        String description = SpanDraft.takeText(tags, DESCRIPTION);
        span.statusMessage = description == null ? "" : description;
      }
    } else if (!error && failed(httpStatus(tags), span.kind)) {
      span.status = StatusCode.ERROR;
      span.statusMessage = httpMessage(tags);
    }
  }

  private static StatusCode code(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "OK" -> StatusCode.OK;
      case "ERROR" -> StatusCode.ERROR;
      default -> StatusCode.UNSET;
    };
  }

  /** Returns whether an HTTP status is an error. For servers, 4xx is not an error. */
  private static boolean failed(OptionalLong httpStatus, SpanKind kind) {
    if (httpStatus.isEmpty()) {
      return false;
    }
    long status = httpStatus.getAsLong();
    boolean clientsFault = status >= 400 && status < 500;
    return (status < 100 || status >= 399) && !(clientsFault && kind == SpanKind.SERVER);
  }

  private static OptionalLong httpStatus(Map<String, Object> tags) {
    Object status = tags.get("http.status_code");
    if (status instanceof Long number) {
      return OptionalLong.of(number);
    }
    return status instanceof String text && NUMBER.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private static String httpMessage(Map<String, Object> tags) {
    return tags.get("http.status_message") instanceof String text ? text : "";
  }
}
