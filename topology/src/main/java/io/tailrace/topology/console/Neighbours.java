package io.tailrace.topology.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.topology.fleet.AdminPorts;
import io.tailrace.topology.meters.BurnState;
import io.tailrace.topology.operations.OperationReport;
import io.tailrace.topology.operations.OperationsReport;
import io.tailrace.topology.sampling.BudgetState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Sends a request to all instances of the fleet in parallel. Thread-safe. */
public final class Neighbours {
  private static final Duration TO_ANSWER = Duration.ofSeconds(2);

  private final AdminPorts ports;
  private final String self;
  private final Supplier<Collection<String>> others;

  /**
   * @param self address of this instance
   * @param token required token
   * @param others addresses of the others
   */
  public Neighbours(String self, Optional<String> token, Supplier<Collection<String>> others) {
    this.self = self;
    this.ports = new AdminPorts(token, TO_ANSWER);
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
    List<String> addresses =
        others.get().stream().filter(address -> !address.equals(self)).distinct().sorted().toList();
    AdminPorts.Answers answers = ports.ask(addresses, path);
    List<JsonNode> values = new ArrayList<>(List.of(Replies.JSON.valueToTree(own)));
    Map<String, String> silent = new TreeMap<>();
    answers
        .silent()
        .forEach((address, why) -> silent.put(address, why + " " + AdminPorts.EXPECTED));
    answers
        .received()
        .forEach(
            (address, answer) -> {
              try {
                values.add(Replies.read(answer));
              } catch (IOException e) {
                silent.put(address, String.valueOf(e.getMessage()));
              }
            });
    return new Answers(values, silent);
  }
}
