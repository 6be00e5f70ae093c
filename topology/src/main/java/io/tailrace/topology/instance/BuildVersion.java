package io.tailrace.topology.instance;

import java.util.Optional;

/** Version of Tailrace that runs. */
public final class BuildVersion {
  private BuildVersion() {}

  /** Returns the version from the manifest of the JAR file; empty if classes are not packaged. */
  public static Optional<String> get() {
    return Optional.ofNullable(BuildVersion.class.getPackage().getImplementationVersion());
  }
}
