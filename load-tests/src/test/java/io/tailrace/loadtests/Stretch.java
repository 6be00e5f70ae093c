package io.tailrace.loadtests;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some rounds of a long run, each with one fault. A stretch begins with empty logs, because what it
 * takes to judge grows with them, and depends on nothing but the seed and its first round. So a run
 * can be stopped, and resumed with any stretch.
 *
 * @param from the first round, from 0 on
 */
record Stretch(long seed, int from, int rounds, boolean keyed) {
  private static final Logger LOG = LoggerFactory.getLogger(Stretch.class);
  private static final int LONGEST = 25;

  /**
   * The stretches of a run of {@code -Dcrash.rounds}, without those before {@code -Dcrash.from}.
   */
  static Stream<Stretch> left(long seed, int rounds) {
    return of(
        seed, Integer.getInteger("crash.rounds", rounds), Integer.getInteger("crash.from", 0));
  }

  /**
   * The stretches of a run that are still to do; keyed and unkeyed ingest take turns.
   *
   * @param total rounds of the run, with those that are done
   * @param done rounds that a former run has done, up to the end of a stretch
   */
  static Stream<Stretch> of(long seed, int total, int done) {
    int longest = Math.max(1, Math.min(LONGEST, total / 2)); // both ways of ingest in a short run
    if (done < 0 || done > total || done % longest != 0) {
      throw new IllegalArgumentException(
          "crash.from: %d (expected: a multiple of %d from 0 to crash.rounds, %d)"
              .formatted(done, longest, total));
    }
    return IntStream.iterate(done, from -> from < total, from -> from + longest)
        .mapToObj(
            from ->
                new Stretch(seed, from, Math.min(longest, total - from), from / longest % 2 == 0));
  }

  /** What a scenario is to run on. */
  ScenarioOptions options() {
    return keyed ? ScenarioOptions.keyed(seed + from) : ScenarioOptions.unkeyed(seed + from);
  }

  Random random() {
    return new Random(seed + from);
  }

  /** A fault of these kinds for each round. */
  Fault[] faults(List<Supplier<Fault>> kinds, Random random) {
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      faults.add(kinds.get(random.nextInt(kinds.size())).get());
    }
    return faults.toArray(Fault[]::new);
  }

  /** Logs how to go on from here. */
  void passed() {
    LOG.info("{} passed; to go on: -Dcrash.seed={} -Dcrash.from={}", this, seed, from + rounds);
  }

  @Override
  public String toString() {
    return "rounds %d to %d of seed %d, %s"
        .formatted(from + 1, from + rounds, seed, keyed ? "keyed" : "unkeyed");
  }
}
