package io.tailrace.loadtests.bench.compare;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.loadtests.bench.compare.Contenders.Side;
import io.tailrace.loadtests.bench.flow.Figures;
import io.tailrace.loadtests.bench.flow.Medians;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Figures of both contenders: medians over rounds, and the Collector's over Tailrace's of the same
 * round.
 */
final class ComparisonReport {
  private static final String FIGURE = "median (least–greatest)";
  private static final String RATIO = "Collector / Tailrace";
  private static final int NAME_WIDTH = 40;
  private static final int WIDTH = 28;

  private final Map<String, Map<Side, List<Figures>>> sections = new LinkedHashMap<>();

  /**
   * Adds a turn.
   *
   * @param section title of the table, such as the ingest mode
   */
  void add(String section, Side side, Figures figures) {
    sections
        .computeIfAbsent(section, s -> new EnumMap<>(Side.class))
        .computeIfAbsent(side, s -> new ArrayList<>())
        .add(figures);
  }

  void print(PrintWriter out) {
    sections.forEach(
        (title, section) -> {
          out.println();
          out.println(title);
          for (List<String> row : rows(section)) {
            out.printf("%-" + NAME_WIDTH + "s", row.get(0));
            row.subList(1, row.size()).forEach(cell -> out.printf("%" + WIDTH + "s", cell));
            out.println();
          }
        });
    out.flush();
  }

  /** Returns the tables and the circumstances as Markdown. */
  String markdown(Map<String, String> circumstances) {
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (title, section) -> {
          List<List<String>> rows = rows(section);
          text.append("### ").append(title).append("\n\n");
          for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
              text.append("|---".repeat(rows.get(i).size())).append("|\n");
            }
          }
          text.append('\n');
        });
    circumstances.forEach(
        (name, value) -> text.append("* ").append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }

  /** Writes every round. */
  void write(Path file, Map<String, String> circumstances) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(file.toFile(), JsonEncoding.UTF8)
            .useDefaultPrettyPrinter()) {
      json.writeStartObject();
      for (Map.Entry<String, String> fact : circumstances.entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeObjectFieldStart("comparisons");
      for (Map.Entry<String, Map<Side, List<Figures>>> section : sections.entrySet()) {
        json.writeObjectFieldStart(section.getKey());
        for (Map.Entry<Side, List<Figures>> side : section.getValue().entrySet()) {
          Figures.write(json, side.getKey().title(), side.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  void writeMarkdown(Path file, Map<String, String> circumstances) throws IOException {
    Files.writeString(file, markdown(circumstances));
  }

  private static List<List<String>> rows(Map<Side, List<Figures>> section) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(FIGURE));
    section.keySet().forEach(side -> head.add(side.title()));
    boolean both = section.size() == Side.values().length;
    if (both) {
      head.add(RATIO);
    }
    rows.add(head);
    Set<String> names = new LinkedHashSet<>();
    section.values().forEach(all -> all.forEach(round -> names.addAll(round.values().keySet())));
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(name));
      section.values().forEach(rounds -> row.add(medians(rounds, name).text()));
      if (both) {
        row.add(ratios(section.get(Side.TAILRACE), section.get(Side.COLLECTOR), name));
      }
      rows.add(row);
    }
    return rows;
  }

  private static Medians medians(List<Figures> rounds, String name) {
    return Medians.of(rounds.stream().map(round -> round.get(name)).toList());
  }

  /** Returns the ratios of the rounds that both have; nothing where Tailrace has 0. */
  private static String ratios(List<Figures> tailrace, List<Figures> collector, String name) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < Math.min(tailrace.size(), collector.size()); round++) {
      double own = tailrace.get(round).get(name);
      double other = collector.get(round).get(name);
      if (own > 0 && other >= 0) {
        ratios.add(other / own);
      }
    }
    return ratios.isEmpty() ? "-" : Medians.of(ratios).text();
  }
}
