package io.tailrace.topology.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.topology.fleet.AdminPorts;
import io.tailrace.topology.operations.OperationReport;
import io.tailrace.topology.operations.OperationsReport;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the report of the fleet from any instance: each collects those of the others. Not
 * thread-safe.
 */
public final class FleetClient {
  private static final String PATH = "/api/fleet";
  private static final int MAX_OPERATIONS = 10;
  private static final String OPERATIONS =
      "/api/operations?limit=" + MAX_OPERATIONS + "&sort=calls";
  private static final String ANY_ANSWER = "/health/live";

  /** Above the time that an instance waits for the others. */
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);

  /** All instances have the same rules of access, so that more attempts do not help. */
  private static final int MAX_ATTEMPTS = 3;

  private final AdminPorts ports;
  private @Nullable String last;

  /**
   * @param token token of the instances
   */
  public FleetClient(Optional<String> token) {
    this.ports = new AdminPorts(token, TO_ANSWER);
  }

  /**
   * Answer of the fleet.
   *
   * @param report null if no instance gives one
   * @param operations those with most calls since the start of the instances
   * @param unreachable reasons of instances that do not answer, by address
   * @param refused reasons of instances that answer without a report, by address
   */
  public record Answer(
      @Nullable FleetReport report,
      List<OperationsReport.Row> operations,
      Map<String, String> unreachable,
      Map<String, String> refused) {}

  /**
   * Asks the instances one by one until one answers, that of the last answer first.
   *
   * @param addresses admin ports as host:port
   */
  public Answer ask(Collection<String> addresses) {
    Answer answer = new Answer(null, List.of(), new TreeMap<>(), new TreeMap<>());
    if (last != null && addresses.contains(last)) {
      answer = ask(last, answer);
    }
    if (answer.report() != null) {
      return answer;
    }
    Set<String> others = new LinkedHashSet<>(addresses);
    others.remove(last);
    AdminPorts.Answers reachable = ports.ask(others, ANY_ANSWER);
    answer.unreachable().putAll(reachable.silent());
    for (String address : reachable.received().keySet()) {
      answer = ask(address, answer);
      if (answer.report() != null || answer.refused().size() >= MAX_ATTEMPTS) {
        return answer;
      }
    }
    return answer;
  }

  private Answer ask(String address, Answer before) {
    AdminPorts.Answers answers = ports.ask(List.of(address), PATH);
    before.unreachable().putAll(answers.silent());
    AdminPorts.Answer answer = answers.received().get(address);
    if (answer == null) {
      return before;
    }
    try {
      FleetReport report = Replies.JSON.treeToValue(Replies.read(answer), FleetReport.class);
      if (report == null || report.instances() == null || report.silent() == null) {
        throw new IOException(Replies.NO_CONSOLE);
      }
      last = address;
      return new Answer(report, operations(address), before.unreachable(), before.refused());
    } catch (IOException e) {
      before.refused().put(address, String.valueOf(e.getMessage()));
      return before;
    }
  }

  /** Returns no operations if the instance does not count any. */
  private List<OperationsReport.Row> operations(String address) throws IOException {
    AdminPorts.Answer answer = ports.ask(List.of(address), OPERATIONS).received().get(address);
    if (answer == null || answer.status() != HttpURLConnection.HTTP_OK) {
      return List.of();
    }
    List<OperationsReport.Row> rows = new ArrayList<>();
    for (JsonNode row : Replies.read(answer).path("operations")) {
      rows.add(
          new OperationsReport.Row(
              Replies.JSON.treeToValue(row, OperationReport.class),
              seconds(row, "p50"),
              seconds(row, "p95"),
              seconds(row, "p99")));
    }
    return rows;
  }

  private static @Nullable Double seconds(JsonNode row, String quantile) {
    return row.path(quantile).isNumber() ? row.path(quantile).doubleValue() : null;
  }
}
