package io.tailrace.topology.explain;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.fleet.AdminPorts;
import io.tailrace.topology.sampling.TraceAnswer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Queries instances about a trace and follows their redirects. */
public final class TraceInquiry {
  /** Path prefix of queries on the admin server, followed by the trace ID. */
  public static final String PATH = "/traces/";

  /** Query parameter that requests the spans of an open trace. */
  public static final String WITH_SPANS = "?spans=true";

  private static final Duration TO_CONNECT = Duration.ofSeconds(3);
  private static final Duration TO_ANSWER = Duration.ofSeconds(30);
  private static final Duration TO_ASK_ALL = Duration.ofMinutes(1);
  private static final int ATTEMPTS = 5;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TO_CONNECT).build();
  private final ObjectMapper json =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // of newer instances
          .build();
  private final Optional<String> token;
  private final boolean withSpans;
  private final Duration pause;
  private final Consumer<String> notes;

  /**
   * @param token token of the instances
   * @param withSpans whether to request the spans of an open trace
   * @param pause pause before a retry
   * @param notes receives reasons of missing answers
   */
  public TraceInquiry(
      Optional<String> token, boolean withSpans, Duration pause, Consumer<String> notes) {
    this.token = token;
    this.withSpans = withSpans;
    this.pause = pause;
    this.notes = notes;
  }

  /**
   * Queries the fleet.
   *
   * @return null if no instance is reachable; state unknown if no queried instance knows the trace
   */
  public @Nullable TraceAnswer ask(TraceId trace, List<String> addresses) {
    Deque<String> toAsk = new ArrayDeque<>(addresses);
    Set<String> asked = new HashSet<>();
    boolean allAnswered = !addresses.isEmpty();
    long end = System.nanoTime() + TO_ASK_ALL.toNanos();
    while (!toAsk.isEmpty()) {
      if (System.nanoTime() - end > 0) {
        notes.accept(
            "not asked, after " + TO_ASK_ALL.toSeconds() + "s: " + String.join(", ", toAsk));
        return null;
      }
      String address = toAsk.poll();
      if (!asked.add(address)) {
        continue;
      }
      try {
        HttpResponse<byte[]> response = get(address, trace, end);
        if (response.statusCode()
            == 307) { // manually: HTTP clients do not forward a token on redirects
          String next =
              URI.create(response.headers().firstValue("Location").orElse("")).getRawAuthority();
          if (next == null || asked.contains(next)) {
            allAnswered = false;
          } else {
            toAsk.addFirst(next);
          }
          continue;
        }
        JsonNode body = json.readTree(response.body());
        if (response.statusCode() == 200) {
          TraceAnswer answer = json.treeToValue(body, TraceAnswer.class);
          if (answer != null && answer.state() != null) { // else another server answers
            return answer;
          }
        }
        body.path("ask").forEach(other -> toAsk.add(other.asText()));
        if (response.statusCode() != 404 || !body.has("ask")) {
          allAnswered = false;
          notes.accept(address + ": " + body.path("error").asText("not a Tailrace instance"));
        }
      } catch (IOException | IllegalArgumentException e) {
        allAnswered = false;
        notes.accept(AdminPorts.unreachable(Map.of(address, AdminPorts.why(e))));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return allAnswered ? TraceAnswer.unknown(trace.toHex()) : null;
  }

  private HttpResponse<byte[]> get(String address, TraceId trace, long end)
      throws IOException, InterruptedException {
    URI uri =
        URI.create("http://" + address + PATH + trace.toHex() + (withSpans ? WITH_SPANS : ""));
    HttpRequest.Builder asking = HttpRequest.newBuilder(uri).timeout(TO_ANSWER).GET();
    token.ifPresent(text -> asking.header("Authorization", "Bearer " + text));
    HttpRequest request = asking.build();
    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    for (int again = 1; response.statusCode() == 503 && again < ATTEMPTS; again++) {
      if (System.nanoTime() - end > 0) {
        break;
      }
      Thread.sleep(pause.toMillis()); // partitions are being reassigned
      response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
    return response;
  }
}
