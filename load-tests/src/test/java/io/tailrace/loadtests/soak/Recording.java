package io.tailrace.loadtests.soak;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Records all series of a run, and writes each value as a line of CSV. Thread-safe. */
final class Recording implements AutoCloseable {
  private final Map<String, Series> series = new TreeMap<>();
  private final Writer csv;

  Recording(Path file) throws IOException {
    csv = Files.newBufferedWriter(file);
    csv.write("seconds,process,figure,value\n");
  }

  /** Adds values of a process; those that are no number were not measured. */
  synchronized void add(double seconds, String process, Map<Figure, Double> values)
      throws IOException {
    for (Map.Entry<Figure, Double> value : values.entrySet()) {
      if (!value.getValue().isNaN()) {
        add(seconds, process, value.getKey(), value.getValue());
      }
    }
    csv.flush();
  }

  private void add(double seconds, String process, Figure figure, double value) throws IOException {
    series
        .computeIfAbsent(figure.ordinal() + 100 + process, key -> new Series(process, figure))
        .add(seconds, value);
    csv.write(String.format(Locale.ROOT, "%.1f,%s,%s,%.6g%n", seconds, process, figure, value));
  }

  synchronized List<Series> series() {
    return new ArrayList<>(series.values());
  }

  @Override
  public synchronized void close() throws IOException {
    csv.close();
  }
}
