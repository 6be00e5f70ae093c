package io.tailrace.topology.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Span of a waterfall view.
 *
 * @param id hex
 * @param parent hex; empty for a root
 * @param service empty if its resource has none
 * @param startUs Unix microseconds
 * @param message error message; empty if none
 * @param details null if they were not requested, or if the trace has too many; also from earlier
 *     releases
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SpanLine(
    String id,
    String parent,
    String service,
    String name,
    int kind,
    long startUs,
    long durationUs,
    boolean error,
    String message,
    @Nullable Details details) {

  /**
   * Content of a span, as text. Long lists and values are cut.
   *
   * @param scope name of the instrumentation scope; empty if none
   * @param links number of links
   */
  public record Details(
      Map<String, String> attributes,
      Map<String, String> resource,
      String scope,
      String traceState,
      List<Event> events,
      int links) {}

  /**
   * Event of a span.
   *
   * @param atUs Unix microseconds
   */
  public record Event(long atUs, String name, Map<String, String> attributes) {}
}
