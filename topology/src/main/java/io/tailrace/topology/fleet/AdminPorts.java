package io.tailrace.topology.fleet;

import io.tailrace.topology.text.PlainText;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Sends requests to the admin ports of instances in parallel. Takes as long as one timeout,
 * whatever their number. Thread-safe.
 */
public final class AdminPorts {
  /** Settings that determine the address of an instance. */
  public static final String EXPECTED =
      "(expected: admin.host, admin.port and admin.advertised_host of the instance that make its"
          + " admin port reachable from here)";

  private static final Duration TO_CONNECT = Duration.ofSeconds(1);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TO_CONNECT)
          .build();
  private final Optional<String> token;
  private final Duration toAnswer;

  /**
   * @param token token of the instances
   * @param toAnswer timeout of each request
   */
  public AdminPorts(Optional<String> token, Duration toAnswer) {
    this.token = token;
    this.toAnswer = toAnswer;
  }

  /** Response of an instance. */
  public record Answer(int status, byte[] body) {}

  /**
   * Responses.
   *
   * @param received by address, in the order of the request
   * @param silent reasons of missing responses, by address
   */
  public record Answers(Map<String, Answer> received, Map<String, String> silent) {}

  /** Sends a GET request to each address, as host:port. */
  public Answers ask(Collection<String> addresses, String path) {
    Map<String, CompletableFuture<HttpResponse<byte[]>>> asked = new LinkedHashMap<>();
    Map<String, String> silent = new TreeMap<>();
    for (String address : addresses) {
      try {
        asked.put(address, send(address, path));
      } catch (IllegalArgumentException e) {
        silent.put(address, "no address (expected: host:port)");
      }
    }
    Map<String, Answer> received = new LinkedHashMap<>();
    asked.forEach(
        (address, response) -> {
          try {
            HttpResponse<byte[]> answer = response.join();
            received.put(address, new Answer(answer.statusCode(), answer.body()));
          } catch (CompletionException e) {
            silent.put(address, why(e));
          }
        });
    return new Answers(received, silent);
  }

  private CompletableFuture<HttpResponse<byte[]>> send(String address, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(toAnswer);
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        // The client waits for a resolver of names without a limit.
        .orTimeout(toAnswer.plus(TO_CONNECT).toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns one line about instances that did not answer. */
  public static String unreachable(Map<String, String> silent) {
    return silent.entrySet().stream()
        .map(one -> PlainText.line(one.getKey()) + " (" + one.getValue() + ")")
        .collect(Collectors.joining(", ", "not reachable: ", " " + EXPECTED));
  }

  /** Returns the reason of a missing response in a few words. */
  public static String why(Throwable thrown) {
    Throwable last = thrown;
    boolean isConnecting = false;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      last = cause;
      isConnecting |= cause instanceof ConnectException;
      if (cause instanceof UnresolvedAddressException) {
        return "unknown host";
      } else if (cause instanceof HttpConnectTimeoutException) {
        return "no connection in time";
      } else if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
        return "no answer in time";
      }
    }
    String message = last.getMessage();
    return isConnecting && message == null // as the client of Java 17 reports it
        ? "connection refused"
        : message == null ? last.toString() : message;
  }
}
