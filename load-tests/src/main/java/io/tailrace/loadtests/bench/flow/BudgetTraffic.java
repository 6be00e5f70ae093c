package io.tailrace.loadtests.bench.flow;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Traffic of services with Zipf's frequencies and traces of log-normal sizes, in log time. Each
 * trace is one record. The same seed gives the same traces.
 */
final class BudgetTraffic {
  /** Traffic over time. */
  enum Course {
    STEADY("steady"),
    STEP("all traffic x 5 at once"),
    NEW_KEYS("133 new keys a second");

    private final String title;

    Course(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  static final String KEY = "service.name";

  private static final int KEYS = 20;
  private static final int TRACES_PER_SECOND = 1_060;
  private static final int STEP_FACTOR = 5;
  private static final int NEW_KEYS_PER_SECOND = 133;

  /** Logarithm of the median number of spans, and its standard deviation. */
  private static final double LOG_SPANS = Math.log(5);

  private static final double LOG_SPREAD = .8;
  private static final int MAX_SPANS = 200;
  private static final String SPAN_NAME = "GET /items";

  private final SplittableRandom random;
  private final Course course;
  private final int seconds;
  private final double[] cumulated = new double[KEYS];
  private long newKeys;

  /**
   * @param seconds length; the second half of it is the step or the flood
   */
  BudgetTraffic(Course course, int seconds, long seed) {
    this.course = course;
    this.seconds = seconds;
    random = new SplittableRandom(seed);
    double sum = 0;
    for (int i = 0; i < KEYS; i++) {
      sum += 1. / (i + 1);
      cumulated[i] = sum;
    }
  }

  /** Writes all traces, in order of time, and one much later that makes the last ones due. */
  void write(long startMillis, Ingest ingest) {
    for (int second = 0; second < seconds; second++) {
      boolean changed = second >= seconds / 2;
      int traces = TRACES_PER_SECOND * (changed && course == Course.STEP ? STEP_FACTOR : 1);
      int fresh = changed && course == Course.NEW_KEYS ? NEW_KEYS_PER_SECOND : 0;
      for (int i = 0; i < traces + fresh; i++) {
        long at = startMillis + second * 1_000L + i * 1_000L / (traces + fresh);
        boolean isFresh = fresh > 0 && i % ((traces + fresh) / fresh) == 0;
        trace(at, isFresh ? "new-" + newKeys++ : key(), ingest);
      }
    }
  }

  /** Writes a trace to every partition, much later than all others. */
  void writeEnd(long startMillis, int partitions, Ingest ingest) {
    for (int i = 0; i < 20 * partitions; i++) {
      trace(startMillis + (seconds + 60) * 1_000L, "end", ingest);
    }
  }

  private String key() {
    double at = random.nextDouble() * cumulated[KEYS - 1];
    int key = 0;
    while (cumulated[key] < at) {
      key++;
    }
    return "service-" + key;
  }

  private void trace(long at, String key, Ingest ingest) {
    byte[] id =
        ByteBuffer.allocate(16).putLong(random.nextLong()).putLong(random.nextLong()).array();
    int count = (int) Math.round(Math.exp(LOG_SPANS + LOG_SPREAD * random.nextGaussian()));
    int spans = Math.max(1, Math.min(MAX_SPANS, count));
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    ByteString traceId = ByteString.copyFrom(id);
    ByteString root = spanId();
    long nanos = TimeUnit.MILLISECONDS.toNanos(at);
    for (int i = 0; i < spans; i++) {
      Span.Builder span =
          Span.newBuilder()
              .setTraceId(traceId)
              .setSpanId(i == 0 ? root : spanId())
              .setName(SPAN_NAME)
              .setStartTimeUnixNano(nanos)
              .setEndTimeUnixNano(nanos + 1_000_000);
      scope.addSpans(i == 0 ? span : span.setParentSpanId(root));
    }
    KeyValue service =
        KeyValue.newBuilder()
            .setKey(KEY)
            .setValue(AnyValue.newBuilder().setStringValue(key))
            .build();
    ResourceSpans resource =
        ResourceSpans.newBuilder()
            .setResource(Resource.newBuilder().addAttributes(service))
            .addScopeSpans(scope)
            .build();
    ingest.at(at);
    ingest.record(
        id, TracesData.newBuilder().addResourceSpans(resource).build().toByteArray(), spans);
  }

  private ByteString spanId() {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(0, random.nextLong()));
  }
}
