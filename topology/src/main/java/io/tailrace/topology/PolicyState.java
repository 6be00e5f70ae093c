package io.tailrace.topology;

import org.apache.kafka.streams.state.KeyValueStore;

/** The limiter state of a task's judge in its store: saved with the verdicts that changed it. */
final class PolicyState {
  private static final String KEY = "judge";

  private final KeyValueStore<String, byte[]> store;

  PolicyState(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** The saved state, or null. */
  byte[] load() {
    return store.get(KEY);
  }

  void save(byte[] state) {
    store.put(KEY, state);
  }
}
