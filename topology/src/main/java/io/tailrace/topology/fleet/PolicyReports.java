package io.tailrace.topology.fleet;

import java.util.List;

/** Is told what becomes of the documents on the config topic. Must neither block nor throw. */
public interface PolicyReports {
  /** For those who only look. */
  PolicyReports TO_NOBODY =
      new PolicyReports() {
        @Override
        public void seen(PublishedPolicies published) {}

        @Override
        public void accepted(String key, long version) {}

        @Override
        public void refused(String key, long version, List<String> faults) {}
      };

  /** A document of one of our keys, whatever becomes of it. */
  void seen(PublishedPolicies published);

  /** It judges from its activation on. */
  void accepted(String key, long version);

  /** It is not taken; what was accepted before stays. */
  void refused(String key, long version, List<String> faults);
}
