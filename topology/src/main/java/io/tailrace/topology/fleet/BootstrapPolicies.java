package io.tailrace.topology.fleet;

import io.tailrace.policies.PolicySet;
import io.tailrace.policies.document.Environment;
import io.tailrace.policies.document.Fault;
import io.tailrace.topology.config.StartException;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Policies that apply before any document is on the config topic. */
public final class BootstrapPolicies {
  private static final Logger LOG = LoggerFactory.getLogger(BootstrapPolicies.class);

  private static final String BUILT_IN =
      """
      policies:
        - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
        - {name: slow, type: latency, latency: {threshold_ms: 1000}}
        - {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 10}}
      """;

  private BootstrapPolicies() {}

  /**
   * Reads the configured file, or returns the built-in set.
   *
   * @throws StartException if the file cannot be read or has faults
   */
  static PolicySet load(Optional<Path> file) {
    LOG.info(
        "until policies are published: {}",
        file.map(path -> "those of " + path)
            .orElse("errors, slower than 1 s, 10 % of the rest (built in)"));
    return parse(written(file), file.map(Path::toString).orElse("built-in policies"));
  }

  /**
   * Returns the document without references to the environment.
   *
   * @throws StartException if the file cannot be read
   */
  public static String text(Optional<Path> file) {
    return PolicyFile.withoutReferences(written(file), Environment.ofProcess());
  }

  private static String written(Optional<Path> file) {
    try {
      return file.isEmpty() ? BUILT_IN : Files.readString(file.get());
    } catch (IOException e) {
      throw new StartException(
          "policies.bootstrap: %s (expected: a readable file): %s".formatted(file.get(), e), e);
    }
  }

  private static PolicySet parse(String text, String origin) {
    Validation<Seq<Fault>, PolicySet> set = PolicySet.parse(text, Environment.ofProcess());
    if (set.isInvalid()) {
      throw new StartException(
          set.getError()
              .map(fault -> origin + ": " + fault.message())
              .mkString(System.lineSeparator()));
    }
    return set.get();
  }
}
