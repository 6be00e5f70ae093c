package io.tailrace.loadtests.soak;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One SVG file with a panel for each figure, a line for each process, and its growth in words. */
final class SoakPlot {
  private static final int COLUMNS = 2;
  private static final int WIDTH = 620;
  private static final int HEIGHT = 230;
  private static final int LEFT = 60;
  private static final int TOP = 62;
  private static final int RIGHT = 32;
  private static final int BOTTOM = 26;
  private static final int GRID_LINES = 4;
  private static final int MINUTE_LINES = 6;
  private static final double HEADROOM = 1.1;
  private static final List<String> COLOURS = List.of("#1f6fb4", "#c4661f", "#3a7d44");
  private static final String FAULT = "#c00020";

  private final SoakPlan plan;
  private final StringBuilder svg = new StringBuilder();

  private SoakPlot(SoakPlan plan) {
    this.plan = plan;
  }

  static String of(List<Growth> growths, SoakPlan plan) {
    Map<Figure, List<Growth>> panels =
        growths.stream()
            .collect(
                Collectors.groupingBy(
                    growth -> growth.series().figure(), TreeMap::new, Collectors.toList()));
    SoakPlot plot = new SoakPlot(plan);
    int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
    plot.add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
            + " font-size='11'><rect width='100%%' height='100%%' fill='white'/>",
        COLUMNS * WIDTH, rows * HEIGHT);
    int number = 0;
    for (List<Growth> panel : panels.values()) {
      plot.add(
          "<g transform='translate(%d %d)'>", number % COLUMNS * WIDTH, number / COLUMNS * HEIGHT);
      plot.panel(panel);
      plot.add("</g>");
      number++;
    }
    return plot.add("</svg>").svg.toString();
  }

  private void panel(List<Growth> growths) {
    Figure figure = growths.get(0).series().figure();
    double most =
        growths.stream()
            .flatMap(growth -> growth.series().points().stream())
            .mapToDouble(Series.Point::value)
            .max()
            .orElse(1);
    double top = Math.max(most * HEADROOM, 1e-9);
    String unit = figure.unit().isEmpty() ? "" : ", " + figure.unit();
    add("<text x='%d' y='16' font-weight='bold'>%s</text>", LEFT, figure.title() + unit);
    add(
        "<rect x='%d' y='%d' width='%.1f' height='%d' fill='#eee'/>",
        LEFT, TOP, x(plan.warmUp()) - LEFT, HEIGHT - TOP - BOTTOM);
    for (int i = 0; i <= GRID_LINES; i++) {
      double value = top * i / GRID_LINES;
      line(LEFT, y(value, top), WIDTH - RIGHT, y(value, top), "#ddd");
      add(
          "<text x='%d' y='%.1f' text-anchor='end'>%s</text>",
          LEFT - 6, y(value, top) + 4, Growth.number(value));
    }
    for (int i = 0; i <= MINUTE_LINES; i++) {
      double seconds = plan.end() * i / MINUTE_LINES;
      add(
          "<text x='%.1f' y='%d' text-anchor='middle'>%s min</text>",
          x(seconds),
          HEIGHT - BOTTOM + 14,
          text(seconds % 60 == 0 ? "%.0f" : "%.1f", seconds / 60));
    }
    for (int i = 0; i < growths.size(); i++) {
      line(growths.get(i), COLOURS.get(i % COLOURS.size()), top);
      legend(growths.get(i), COLOURS.get(i % COLOURS.size()), TOP - 30 + 14 * i);
    }
  }

  private void line(Growth growth, String colour, double top) {
    String points =
        growth.series().points().stream()
            .map(point -> text("%.1f,%.1f", x(point.seconds()), y(point.value(), top)))
            .collect(Collectors.joining(" "));
    add("<polyline fill='none' stroke='%s' points='%s'/>", colour, points);
  }

  private void legend(Growth growth, String colour, int y) {
    String limit =
        growth.series().figure().limit().isNone()
            ? ""
            : " (limit " + Growth.number(growth.allowed()) + ")";
    add(
        "<text x='%d' y='%d' fill='%s'%s>%s: growth per hour %s%s%s</text>",
        LEFT,
        y,
        growth.isAllowed() ? colour : FAULT,
        growth.isAllowed() ? "" : " font-weight='bold'",
        growth.series().process(),
        Growth.number(growth.perHour()),
        limit,
        growth.isAllowed() ? "" : " GROWS");
  }

  private void line(double x1, double y1, double x2, double y2, String colour) {
    add("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s'/>", x1, y1, x2, y2, colour);
  }

  private double x(double seconds) {
    return LEFT + (WIDTH - LEFT - RIGHT) * seconds / plan.end();
  }

  private static double y(double value, double top) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
  }

  private SoakPlot add(String format, Object... values) {
    svg.append(text(format, values)).append('\n');
    return this;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
