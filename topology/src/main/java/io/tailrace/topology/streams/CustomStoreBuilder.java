package io.tailrace.topology.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** Builds a store that writes its own changelog and has no cache. */
final class CustomStoreBuilder<S extends StateStore> implements StoreBuilder<S> {
  private final String name;
  private final Supplier<S> factory;
  private final Map<String, String> logConfig = new HashMap<>();
  private boolean logging = true;

  CustomStoreBuilder(String name, Supplier<S> factory) {
    this.name = name;
    this.factory = factory;
  }

  @Override
  public StoreBuilder<S> withCachingEnabled() {
    throw new UnsupportedOperationException(name + " has no cache");
  }

  @Override
  public StoreBuilder<S> withCachingDisabled() {
    return this;
  }

  @Override
  public StoreBuilder<S> withLoggingEnabled(Map<String, String> config) {
    logging = true;
    logConfig.putAll(config);
    return this;
  }

  @Override
  public StoreBuilder<S> withLoggingDisabled() {
    logging = false;
    logConfig.clear();
    return this;
  }

  @Override
  public S build() {
    return factory.get();
  }

  @Override
  public Map<String, String> logConfig() {
    return logConfig;
  }

  @Override
  public boolean loggingEnabled() {
    return logging;
  }

  @Override
  public String name() {
    return name;
  }
}
