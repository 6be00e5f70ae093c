package io.tailrace.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Node;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code policies convert}, and {@code simulate} with the result. */
final class Conversion {
  static final ObjectMapper JSON = new ObjectMapper();

  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  private final Path directory;

  Conversion(Path directory) {
    this.directory = directory;
  }

  int run(String... words) {
    return TailraceCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }

  /** Converts a text in this format. Returns the exit code. */
  int convert(String from, String text, String... options) throws IOException {
    Path file = Files.writeString(directory.resolve("rules.yaml"), text);
    List<String> words = new ArrayList<>(List.of("policies", "convert", "--from", from));
    words.addAll(List.of(options));
    words.add(file.toString());
    return run(words.toArray(String[]::new));
  }

  void assertReadable() {
    PolicySet.parse(out.toString())
        .swap()
        .forEach(faults -> assertThat(faults).as("faults of %s", out).isEmpty());
  }

  /** Returns the rules of the printed document. */
  List<Map<?, ?>> rules() {
    Object document = Document.read(out.toString(), Node::plain).get();
    Map<?, ?> processors = (Map<?, ?>) ((Map<?, ?>) document).get("processors");
    List<Map<?, ?>> rules = new ArrayList<>();
    Object list = ((Map<?, ?>) processors.get("adaptive_tail_sampling")).get("rules");
    ((List<?>) list).forEach(rule -> rules.add((Map<?, ?>) rule));
    return rules;
  }

  /**
   * Returns the decisions of {@code simulate}, in its order.
   *
   * @param spans lines of OTLP/JSON
   */
  List<JsonNode> decisions(String policies, String spans) throws IOException {
    Path document = Files.writeString(directory.resolve("policies.yaml"), policies);
    Path input = Files.writeString(directory.resolve("spans.jsonl"), spans);
    Path decisions = directory.resolve("decisions.jsonl");
    Conversion simulation = new Conversion(directory);
    int exit =
        simulation.run(
            "simulate",
            "--policies",
            document.toString(),
            "--input",
            input.toString(),
            "--decisions",
            decisions.toString());
    assertThat(exit).as("%s: %s", policies, simulation.err).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(decisions)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }
}
