package io.tailrace.policies.kinds;

import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.policy.Policy;
import io.tailrace.policies.policy.PolicyContext;
import io.tailrace.policies.policy.PolicyKind;
import io.tailrace.policies.policy.Selectors;
import io.tailrace.policies.policy.Words;
import io.tailrace.policies.slo.BurnRules;
import io.tailrace.policies.slo.BurnWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Samples traces of keys that burn the error budget of an objective. */
final class SloBurn implements PolicyKind {
  private static final int MOST_WINDOWS = 4;
  private static final int DEFAULT_KEYS = 500;
  private static final int MOST_KEYS = 5_000;
  private static final double MAX_BURN_RATE = 1e6;
  private static final Duration SHORTEST = Duration.ofMillis(BurnRules.LEAST_MILLIS);
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final Duration DEFAULT_HOLD = Duration.ofMinutes(10);

  /** Bad traces that let a key burn if the document does not set {@code min_traces}. */
  private static final int BAD_TRACES = 3;

  /** Windows of the SRE Workbook, chapter 5, without the one that only opens a ticket. */
  private static final List<Pair> DEFAULT_WINDOWS =
      List.of(
          new Pair(Duration.ofHours(1), Duration.ofMinutes(5), 14.4),
          new Pair(Duration.ofHours(6), Duration.ofMinutes(30), 6));

  private record Pair(Duration longer, Duration shorter, double burnRate) {}

  @Override
  public String type() {
    return "slo_burn";
  }

  @Override
  public boolean isOfContent() {
    return false;
  }

  @Override
  public @Nullable Policy read(MappingReader settings, PolicyContext context) {
    double errorBudget = errorBudget(settings.get("objective"));
    Node bad = settings.get("bad");
    Node good = settings.get("good");
    Optional<Policy> condition = condition(bad, good, settings, context);
    Node key = settings.get("key");
    List<Selector> selectors = key.present() ? Selectors.read(key) : List.of();
    List<Pair> pairs = pairs(settings, errorBudget);
    Node least = settings.get("min_traces");
    long minTraces = least.integer(1, Integer.MAX_VALUE, 0);
    double percentage = percentage(settings.get("sampling_percentage"), context);
    Duration hold = hold(settings.get("hold"));
    int maxKeys = (int) settings.get("max_keys").integer(1, MOST_KEYS, DEFAULT_KEYS);
    if (condition.isEmpty()) {
      return null;
    }
    List<BurnWindow> windows =
        pairs.stream().map(pair -> window(pair, minTraces, errorBudget)).toList();
    if (least.present()) {
      warnOfFew(least, minTraces, windows, errorBudget);
    }
    BurnRules rules = new BurnRules(errorBudget, windows, hold.toMillis(), maxKeys);
    List<String> texts = Selectors.texts(selectors);
    String tells = bad.present() ? "bad=" + bad.inOneLine() : "good=" + good.inOneLine();
    return new SloBurnPolicy(
        rules,
        condition.get(),
        bad.present(),
        texts,
        selectors.isEmpty() ? -1 : context.fingerprint(selectors),
        percentage,
        context.stateKey("burns=" + texts + " " + tells + " " + rules.traits()));
  }

  private static double errorBudget(Node objective) {
    double percentage = objective.present() ? objective.number(0, 100, 50) : 100;
    if (percentage <= 0 || percentage >= 100) {
      return objective.fault("a percentage above 0 and below 100, such as 99.9", 0.0);
    }
    return 1 - percentage / 100;
  }

  private static Optional<Policy> condition(
      Node bad, Node good, MappingReader settings, PolicyContext context) {
    if (bad.present() == good.present()) {
      (bad.present() ? good : settings.node())
          .fault("a policy in either bad or good, which says what a bad or a good trace is");
    }
    PolicyContext ofContent = context.ofContent();
    Optional<Policy> isBad = bad.present() ? ofContent.subPolicy(bad, "[bad]") : Optional.empty();
    Optional<Policy> isGood =
        good.present() ? ofContent.subPolicy(good, "[good]") : Optional.empty();
    return isBad.or(() -> isGood);
  }

  private static double percentage(Node node, PolicyContext context) {
    double percentage = node.present() ? AdaptiveSettings.positive(node, 100) : 100;
    if (percentage < 100 && !context.useTraceState()) {
      node.fault("100, or use_tracestate: true, as less is a threshold");
    }
    return percentage;
  }

  private static Duration hold(Node node) {
    Duration hold = node.present() ? node.durationFromZero().orElse(DEFAULT_HOLD) : DEFAULT_HOLD;
    return hold.compareTo(LONGEST) > 0
        ? node.fault("at most " + Words.duration(LONGEST), DEFAULT_HOLD)
        : hold;
  }

  private static List<Pair> pairs(MappingReader settings, double errorBudget) {
    Node windows = settings.get("windows");
    if (!windows.present()) {
      if (errorBudget > 0 && !canBurn(DEFAULT_WINDOWS.get(0).burnRate, errorBudget)) {
        windows.fault(
            "burn rates below %s, the greatest possible with this objective"
                .formatted(greatestRate(errorBudget)));
      }
      return DEFAULT_WINDOWS;
    }
    List<Pair> pairs = new ArrayList<>();
    List<Node> list = windows.filledList();
    for (Node node : list) {
      node.mapping(window -> pair(window, errorBudget)).ifPresent(pairs::add);
    }
    if (list.size() > MOST_WINDOWS) {
      windows.fault("at most " + MOST_WINDOWS + " items");
    }
    return pairs.isEmpty() ? DEFAULT_WINDOWS : pairs;
  }

  private static Pair pair(MappingReader window, double errorBudget) {
    Duration longer = length(window.get("long"));
    Duration shorter = length(window.get("short"));
    if (shorter.compareTo(longer) >= 0 && window.get("long").present()) {
      window.get("short").fault("shorter than long");
    }
    Node rate = window.get("burn_rate");
    double burnRate = AdaptiveSettings.positive(rate, MAX_BURN_RATE);
    if (rate.present() && errorBudget > 0 && !canBurn(burnRate, errorBudget)) {
      rate.fault(
          "below %s, the greatest possible with this objective"
              .formatted(greatestRate(errorBudget)));
    }
    return new Pair(longer, shorter, burnRate);
  }

  /** Whether a key with bad traces only has a higher burn rate. */
  private static boolean canBurn(double burnRate, double errorBudget) {
    return burnRate * errorBudget < 1;
  }

  private static String greatestRate(double errorBudget) {
    return Words.number(Math.round(1e3 / errorBudget) / 1e3);
  }

  private static Duration length(Node node) {
    String expected =
        "a duration of %s to %s".formatted(Words.duration(SHORTEST), Words.duration(LONGEST));
    if (!node.present()) {
      return node.fault(expected, SHORTEST);
    }
    Duration length = node.positiveDuration().orElse(SHORTEST);
    return length.compareTo(SHORTEST) < 0 || length.compareTo(LONGEST) > 0
        ? node.fault(expected, SHORTEST)
        : length;
  }

  private static BurnWindow window(Pair pair, long minTraces, double errorBudget) {
    double burning = pair.burnRate * errorBudget;
    return new BurnWindow(
        pair.longer.toMillis(),
        pair.shorter.toMillis(),
        pair.burnRate,
        minTraces > 0
            ? minTraces
            : burning > 0 ? Math.max(1, (long) (BAD_TRACES / burning * BurnRules.ROUNDING)) : 1);
  }

  private static void warnOfFew(
      Node least, long minTraces, List<BurnWindow> windows, double errorBudget) {
    for (BurnWindow window : windows) {
      if (minTraces * window.burnRate() * errorBudget <= 1) {
        least.warn(
            "one bad trace can let a key burn at a rate of " + Words.number(window.burnRate()));
      }
    }
  }
}
