package io.tailrace.topology.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.topology.meters.BurnState;
import io.tailrace.topology.operations.OperationReport;
import io.tailrace.topology.operations.OperationsReport;
import io.tailrace.topology.sampling.BudgetState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Sends a request to all instances of the fleet in parallel. Thread-safe. */
public final class Neighbours {
  private static final Duration TO_CONNECT = Duration.ofSeconds(1);
  private static final Duration TO_ANSWER = Duration.ofSeconds(2);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(TO_CONNECT)
          .build();
  private final String self;
  private final Optional<String> token;
  private final Supplier<Collection<String>> others;

  /**
   * @param self address of this instance
   * @param token required token
   * @param others addresses of the others
   */
  public Neighbours(String self, Optional<String> token, Supplier<Collection<String>> others) {
    this.self = self;
    this.token = token;
    this.others = others;
  }

  /** Answers, and reasons of missing answers by address. */
  private record Answers(List<JsonNode> values, Map<String, String> silent) {}

  /**
   * Returns the combined report of all instances.
   *
   * @param own report of this instance
   */
  FleetReport report(String path, InstanceReport own) {
    Answers answers = ask(path, own);
    List<InstanceReport> reports = new ArrayList<>();
    answers.values.forEach(
        value -> reports.add(Replies.JSON.convertValue(value, InstanceReport.class)));
    reports.sort((a, b) -> a.address().compareTo(b.address()));
    return FleetReport.of(self, reports, answers.silent);
  }

  /** Returns the concatenated lists of all instances, starting with this one. */
  List<JsonNode> items(String path, List<?> own) {
    List<JsonNode> items = new ArrayList<>();
    ask(path, own).values.forEach(list -> list.forEach(items::add));
    return items;
  }

  /**
   * Returns the sum of the budgets and keys of all instances.
   *
   * @param own those of this instance
   */
  List<BudgetState> budgets(String path, List<BudgetState> own) {
    return BudgetSum.of(
        items(path, own).stream()
            .map(item -> Replies.JSON.convertValue(item, BudgetState.class))
            .toList());
  }

  /**
   * Returns the burn rates of all instances, with one entry for each policy.
   *
   * @param own those of this instance
   */
  List<BurnState> burns(String path, List<BurnState> own) {
    return BurnState.sum(
        items(path, own).stream()
            .map(item -> Replies.JSON.convertValue(item, BurnState.class))
            .toList());
  }

  /**
   * Returns the operations of all instances.
   *
   * @param own those of this instance
   */
  OperationsReport operations(
      String path, List<OperationReport> own, OperationsReport.Query query) {
    Answers answers = ask(path, own);
    List<OperationReport> all = new ArrayList<>();
    answers.values.forEach(
        list ->
            list.forEach(item -> all.add(Replies.JSON.convertValue(item, OperationReport.class))));
    return OperationsReport.of(all, query, answers.silent);
  }

  private Answers ask(String path, Object own) {
    Map<String, CompletableFuture<JsonNode>> asked = new TreeMap<>();
    others.get().stream()
        .filter(address -> !address.equals(self))
        .forEach(address -> asked.put(address, ask(address, path)));
    List<JsonNode> values = new ArrayList<>(List.of(Replies.JSON.valueToTree(own)));
    Map<String, String> silent = new TreeMap<>();
    asked.forEach(
        (address, answer) -> {
          try {
            values.add(answer.join());
          } catch (CompletionException e) {
            silent.put(
                address, String.valueOf(Objects.requireNonNullElse(e.getCause(), e).getMessage()));
          }
        });
    return new Answers(values, silent);
  }

  private CompletableFuture<JsonNode> ask(String address, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(TO_ANSWER);
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(response -> read(response, address));
  }

  private static JsonNode read(HttpResponse<byte[]> response, String address) {
    try {
      JsonNode body = Replies.JSON.readTree(response.body());
      if (response.statusCode() == 200) {
        return body;
      }
      throw new CompletionException(
          new IOException(response.statusCode() + " " + body.path("error").asText("")));
    } catch (IOException e) {
      throw new CompletionException(
          new IOException(address + ": not a Tailrace instance with a console", e));
    }
  }
}
