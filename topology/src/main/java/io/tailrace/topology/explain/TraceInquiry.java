package io.tailrace.topology.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.serdes.TraceId;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Asks instances what they know of a trace, beginning with some, led on by their answers. */
public final class TraceInquiry {
  /** Path of the admin server that answers for a trace; its id follows. */
  public static final String PATH = "/traces/";

  /** The query that asks for the spans of an open trace, too. */
  public static final String WITH_SPANS = "?spans=true";

  private static final Duration TO_CONNECT = Duration.ofSeconds(3);
  private static final Duration TO_ANSWER = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 5;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TO_CONNECT).build();
  private final ObjectMapper json =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  private final Optional<String> token;
  private final boolean withSpans;
  private final Duration pause;
  private final Consumer<String> notes;

  /**
   * @param token that instances want
   * @param withSpans whether the spans of an open trace are asked for
   * @param pause before an instance that cannot answer now is asked again
   * @param notes told why an instance gives no answer
   */
  public TraceInquiry(
      Optional<String> token, boolean withSpans, Duration pause, Consumer<String> notes) {
    this.token = token;
    this.withSpans = withSpans;
    this.pause = pause;
    this.notes = notes;
  }

  /**
   * What the fleet knows.
   *
   * @return null if it could not be asked; of state unknown if all that had to be asked know
   *     nothing
   */
  public TraceAnswer ask(TraceId trace, List<String> addresses) {
    Deque<String> toAsk = new ArrayDeque<>(addresses);
    Set<String> asked = new HashSet<>();
    boolean allAnswered = !addresses.isEmpty();
    while (!toAsk.isEmpty()) {
      String address = toAsk.poll();
      if (!asked.add(address)) {
        continue;
      }
      try {
        HttpResponse<byte[]> response = get(address, trace);
        if (response.statusCode() == 307) { // by hand: clients do not take a token elsewhere
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
          return json.treeToValue(body, TraceAnswer.class);
        }
        body.path("ask").forEach(other -> toAsk.add(other.asText()));
        if (response.statusCode() != 404 || !body.has("ask")) {
          allAnswered = false;
          notes.accept(address + ": " + body.path("error").asText("no instance of Tailrace"));
        }
      } catch (IOException | IllegalArgumentException e) {
        allAnswered = false;
        notes.accept(address + ": cannot be asked (expected: the admin port of an instance): " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    return allAnswered ? TraceAnswer.unknown(trace.toHex()) : null;
  }

  private HttpResponse<byte[]> get(String address, TraceId trace)
      throws IOException, InterruptedException {
    URI uri =
        URI.create("http://" + address + PATH + trace.toHex() + (withSpans ? WITH_SPANS : ""));
    HttpRequest.Builder asking = HttpRequest.newBuilder(uri).timeout(TO_ANSWER).GET();
    token.ifPresent(text -> asking.header("Authorization", "Bearer " + text));
    HttpRequest request = asking.build();
    HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    for (int again = 1; response.statusCode() == 503 && again < ATTEMPTS; again++) {
      Thread.sleep(pause.toMillis()); // partitions are on the move
      response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }
    return response;
  }
}
