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
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code policies convert} for one format, and {@code simulate} on its result. */
final class Conversion {
  private static final ObjectMapper JSON = new ObjectMapper();

  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  private final Path directory;
  private final String format;

  Conversion(Path directory, String format) {
    this.directory = directory;
    this.format = format;
  }

  int run(String... words) {
    return TailraceCommand.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }

  int convert(String rules, String... options) throws IOException {
    Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
    List<String> words = new ArrayList<>(List.of("policies", "convert", "--from", format));
    words.addAll(List.of(options));
    words.add(file.toString());
    return run(words.toArray(String[]::new));
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

  void assertReadable() {
    PolicySet.parse(out.toString())
        .swap()
        .forEach(faults -> assertThat(faults).as("faults of %s", out).isEmpty());
  }

  /** Returns the decisions of a policy document about the traces of these spans. */
  List<JsonNode> decisions(String policies, String spans) throws IOException {
    Path set = Files.writeString(directory.resolve("policies.yaml"), policies);
    Path input = Files.writeString(directory.resolve("spans.jsonl"), spans);
    Path decisions = directory.resolve("decisions.jsonl");
    int exit =
        run(
            "simulate",
            "--policies",
            set.toString(),
            "--input",
            input.toString(),
            "--decisions",
            decisions.toString());
    assertThat(exit).as("%s: %s", policies, err).isZero();
    List<JsonNode> read = new ArrayList<>();
    for (String line : Files.readAllLines(decisions)) {
      read.add(JSON.readTree(line));
    }
    return read;
  }

  static String resource(String name) throws IOException {
    try {
      return Files.readString(Path.of(Conversion.class.getResource("/convert/" + name).toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
