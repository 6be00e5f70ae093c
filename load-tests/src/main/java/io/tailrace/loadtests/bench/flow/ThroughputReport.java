package io.tailrace.loadtests.bench.flow;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prints figures of all runs: medians over rounds and ratios to the floor of the same round. */
final class ThroughputReport {
  private static final int NAME_WIDTH = 24;
  private static final int WIDTH = 27;

  private final Map<Scenario, List<Figures>> runs = new EnumMap<>(Scenario.class);

  void add(Scenario scenario, Figures figures) {
    runs.computeIfAbsent(scenario, s -> new ArrayList<>()).add(figures);
  }

  double median(Scenario scenario, String figure) {
    return medians(scenario, figure).median();
  }

  void print(PrintWriter out) {
    out.printf("%-" + NAME_WIDTH + "s", "median (least–greatest)");
    runs.keySet().forEach(scenario -> out.printf("%" + WIDTH + "s", scenario.title()));
    out.println();
    for (String figure : names()) {
      out.printf("%-" + NAME_WIDTH + "s", figure);
      runs.keySet()
          .forEach(scenario -> out.printf("%" + WIDTH + "s", medians(scenario, figure).text()));
      out.println();
    }
    for (Scenario floor : List.of(Scenario.FLOOR, Scenario.FLOOR_MIXED)) {
      if (runs.containsKey(floor)) {
        printRatios(out, Figures.SPANS_PER_SECOND, floor, false);
        printRatios(out, Figures.CPU, floor, true);
      }
    }
    out.flush();
  }

  private void printRatios(PrintWriter out, String figure, Scenario floor, boolean inverse) {
    String what = inverse ? floor.title() + "'s CPU / own" : "spans/s / " + floor.title() + "'s";
    out.printf("%-" + NAME_WIDTH + "s", what);
    runs.keySet()
        .forEach(
            scenario ->
                out.printf("%" + WIDTH + "s", ratios(scenario, figure, floor, inverse).text()));
    out.println();
  }

  void write(Path file, Map<String, String> circumstances) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(file.toFile(), com.fasterxml.jackson.core.JsonEncoding.UTF8)
            .useDefaultPrettyPrinter()) {
      json.writeStartObject();
      for (Map.Entry<String, String> fact : circumstances.entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeObjectFieldStart("scenarios");
      for (Map.Entry<Scenario, List<Figures>> scenario : runs.entrySet()) {
        Figures.write(json, scenario.getKey().title(), scenario.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    runs.values().forEach(all -> all.forEach(round -> names.addAll(round.values().keySet())));
    return names;
  }

  private Medians medians(Scenario scenario, String figure) {
    return Medians.of(runs.get(scenario).stream().map(round -> round.get(figure)).toList());
  }

  private Medians ratios(Scenario scenario, String figure, Scenario floor, boolean inverse) {
    List<Double> ratios = new ArrayList<>();
    List<Figures> own = runs.get(scenario);
    List<Figures> floors = runs.get(floor);
    for (int round = 0; round < Math.min(own.size(), floors.size()); round++) {
      double ratio = own.get(round).get(figure) / floors.get(round).get(figure);
      ratios.add(inverse ? 1 / ratio : ratio);
    }
    return Medians.of(ratios);
  }
}
