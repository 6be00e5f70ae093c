package io.tailrace.topology.instance;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes resources in reverse order, despite failures. Not thread-safe. */
final class OwnedResources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedResources.class);

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  <T extends AutoCloseable> T own(T resource) {
    resources.push(resource);
    return resource;
  }

  @Override
  public void close() {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        LOG.atError().setCause(e).log("while closing");
      }
    }
  }
}
