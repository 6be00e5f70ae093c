package io.tailrace.loadtests.shop;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.random.RandomGenerator;

/** Generates random IDs from a seed. */
public final class SeededIds implements IdGenerator {
  private final RandomGenerator random;

  public SeededIds(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public String generateTraceId() {
    return TraceId.fromLongs(random.nextLong(), nonZero());
  }

  @Override
  public String generateSpanId() {
    return SpanId.fromLong(nonZero());
  }

  /** Returns true: the lower 56 bits are random, as consistent samplers require. */
  @Override
  public boolean generatesRandomTraceIds() {
    return true;
  }

  private long nonZero() {
    long id;
    do {
      id = random.nextLong();
    } while (id == 0);
    return id;
  }
}
