package io.tailrace.topology.fleet;

import java.util.List;

/** Listener to the results for documents on the config topic. Must neither block nor throw. */
public interface PolicyReports {
  /** Ignores all results. */
  PolicyReports TO_NOBODY =
      new PolicyReports() {
        @Override
        public void seen(PublishedPolicies published) {}

        @Override
        public void accepted(String key, long version) {}

        @Override
        public void refused(String key, long version, List<String> faults) {}
      };

  /** A document of one of our keys was read, valid or not. */
  void seen(PublishedPolicies published);

  /** A document was accepted and applies from its activation on. */
  void accepted(String key, long version);

  /** A document was refused; the last accepted one remains in force. */
  void refused(String key, long version, List<String> faults);
}
