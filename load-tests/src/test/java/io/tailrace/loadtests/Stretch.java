package io.tailrace.loadtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Some rounds of a long run, each with one fault. A stretch begins with empty logs, because what it
 * takes to judge grows with them, and depends on nothing but the seed and its first round. So a run
 * can be stopped, and resumed with any stretch.
 *
 * @param from the first round, from 0 on
 */
record Stretch(long seed, int from, int rounds, boolean keyed) {
  /**
   * In the module. Maven writes the output of a class when it has ended, so not if it is stopped.
   */
  private static final Path PASSED = Path.of("target", "passed-rounds.txt");

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

  /** Writes at once how to go on from here. */
  void passed() {
    String line =
        "%s %s passed; to go on: -Dcrash.seed=%d -Dcrash.from=%d%n"
            .formatted(Instant.now(), this, seed, from + rounds);
    try {
      Files.writeString(PASSED, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + PASSED, e);
    }
  }

  @Override
  public String toString() {
    return "rounds %d to %d of seed %d, %s"
        .formatted(from + 1, from + rounds, seed, keyed ? "keyed" : "unkeyed");
  }
}
