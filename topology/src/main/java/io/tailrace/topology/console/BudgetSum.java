package io.tailrace.topology.console;

import io.tailrace.topology.sampling.BudgetState;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Adds up budgets and keys of several tasks or instances. */
final class BudgetSum {
  /** Keys and groups of a policy that are shown. */
  static final int MAX_KEYS = 200;

  private BudgetSum() {}

  /** Returns the sum for each policy and unit, in the order of their first states. */
  static List<BudgetState> of(Collection<BudgetState> states) {
    Map<String, BudgetState> sums = new LinkedHashMap<>();
    states.forEach(state -> sums.merge(state.unit() + " " + state.policy(), state, BudgetSum::sum));
    return sums.values().stream().map(BudgetSum::shortened).toList();
  }

  private static BudgetState sum(BudgetState one, BudgetState other) {
    return new BudgetState(
        one.policy(),
        one.unit(),
        one.goal() + other.goal(),
        either(one.tokens(), other.tokens(), Double::sum),
        either(one.slotProbability(), other.slotProbability(), Math::min),
        one.putOff() + other.putOff(),
        either(one.keys(), other.keys(), Math::max),
        either(one.others(), other.others(), Double::sum),
        mean(one, other),
        either(one.top(), other.top(), BudgetSum::keys),
        either(one.groups(), other.groups(), Math::max),
        either(one.shortest(), other.shortest(), BudgetSum::groups));
  }

  private static <T> @Nullable T either(
      @Nullable T one, @Nullable T other, BinaryOperator<T> both) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return both.apply(one, other);
  }

  /** Returns the mean probability of other keys, by their traffic. */
  private static @Nullable Double mean(BudgetState one, BudgetState other) {
    return either(
        one.otherProbability(),
        other.otherProbability(),
        (p, q) -> mean(p, orZero(one.others()), q, orZero(other.others())));
  }

  private static double orZero(@Nullable Double value) {
    return value == null ? 0 : value;
  }

  private static double mean(double one, double weight, double other, double otherWeight) {
    double sum = weight + otherWeight;
    return sum > 0 ? (one * weight + other * otherWeight) / sum : (one + other) / 2;
  }

  /** Returns the items of both lists, with one sum for each ID. */
  private static <T> List<T> merged(
      List<T> some, List<T> more, Function<T, String> id, BinaryOperator<T> sum) {
    Map<String, T> sums = new LinkedHashMap<>();
    Stream.concat(some.stream(), more.stream())
        .forEach(item -> sums.merge(id.apply(item), item, sum));
    return List.copyOf(sums.values());
  }

  private static List<BudgetState.Key> keys(
      List<BudgetState.Key> some, List<BudgetState.Key> more) {
    return merged(some, more, BudgetState.Key::id, BudgetSum::sum);
  }

  private static BudgetState.Key sum(BudgetState.Key one, BudgetState.Key other) {
    boolean isNamed = !one.text().equals(one.id());
    return new BudgetState.Key(
        one.id(),
        isNamed ? one.text() : other.text(),
        one.spans() + other.spans(),
        mean(one.probability(), one.spans(), other.probability(), other.spans()));
  }

  private static List<BudgetState.Group> groups(
      List<BudgetState.Group> some, List<BudgetState.Group> more) {
    return merged(some, more, BudgetState.Group::id, BudgetSum::sum);
  }

  private static BudgetState.Group sum(BudgetState.Group one, BudgetState.Group other) {
    boolean isNamed = !one.text().equals(one.id());
    return new BudgetState.Group(
        one.id(),
        isNamed ? one.text() : other.text(),
        one.goal() + other.goal(),
        one.tokens() + other.tokens(),
        Math.min(one.slotProbability(), other.slotProbability()));
  }

  private static BudgetState shortened(BudgetState state) {
    return new BudgetState(
        state.policy(),
        state.unit(),
        state.goal(),
        state.tokens(),
        state.slotProbability(),
        state.putOff(),
        state.keys(),
        state.others(),
        state.otherProbability(),
        first(state.top(), Comparator.comparingDouble(BudgetState.Key::spans).reversed()),
        state.groups(),
        first(state.shortest(), Comparator.comparingDouble(g -> g.tokens() / g.goal())));
  }

  private static <T> @Nullable List<T> first(@Nullable List<T> items, Comparator<T> order) {
    return items == null ? null : items.stream().sorted(order).limit(MAX_KEYS).toList();
  }
}
