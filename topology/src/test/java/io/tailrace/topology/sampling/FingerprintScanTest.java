package io.tailrace.topology.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.tailrace.policies.FingerprintSets;
import io.tailrace.policies.PolicySet;
import io.tailrace.topology.streams.SamplerHarness;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Fingerprints from spans on the wire. */
class FingerprintScanTest {
  private static final String ALL = "policies: [{name: all, type: always_sample}]";
  private static final String ERRORS =
      "policies: [{name: e, type: string_attribute, string_attribute: {key: k, values: [v]}}]";
  private static final List<String> EVERY =
      List.of(
          "resource.attributes[\"k\"]",
          "scope.attributes[\"k\"]",
          "span.attributes[\"k\"]",
          "root.attributes[\"k\"]",
          "any.attributes[\"k\"]",
          "root.name",
          "root.service",
          "resource.attributes[\"service.name\"]");

  /** A span with all around it, as it can stand in any record. */
  private record Row(Resource resource, InstrumentationScope scope, Span span) {
    boolean isRoot() {
      return span.getParentSpanId().isEmpty();
    }
  }

  private static PolicySet set(String document, List<String> selectors) {
    return FingerprintSets.with(SamplerHarness.set(document), selectors);
  }

  private static RecordScan scan(PolicySet set) {
    return new RecordScan(new SignalLayout(0, set.signals()));
  }

  private static OpenTrace gathered(RecordScan scan, List<byte[]> records, long low) {
    OpenTrace trace = new OpenTrace(1, low, 0, 0);
    records.forEach(record -> gather(scan, record, trace));
    return trace;
  }

  private static void gather(RecordScan scan, byte[] record, OpenTrace into) {
    try {
      scan.scan(record);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    for (int i = 0; i < scan.spans.traceCount(); i++) {
      if (scan.spans.traceLow(i) == into.low) {
        scan.raise(i, into);
      }
    }
  }

  private static String text(RecordScan scan, OpenTrace trace) {
    return trace.fingerprintText(0, scan.names());
  }

  private static String text(PolicySet set, byte[] record) {
    RecordScan scan = scan(set);
    return text(scan, gathered(scan, List.of(record), 1));
  }

  private static byte[] record(Row... rows) {
    return record(List.of(rows));
  }

  /** Neighbours of the same resource and scope share them. */
  private static byte[] record(List<Row> rows) {
    TracesData.Builder data = TracesData.newBuilder();
    Row last = null;
    for (Row row : rows) {
      if (last == null || !last.resource.equals(row.resource)) {
        data.addResourceSpans(ResourceSpans.newBuilder().setResource(row.resource));
        last = null;
      }
      ResourceSpans.Builder resource =
          data.getResourceSpansBuilder(data.getResourceSpansCount() - 1);
      if (last == null || !last.scope.equals(row.scope)) {
        resource.addScopeSpans(ScopeSpans.newBuilder().setScope(row.scope));
      }
      resource.getScopeSpansBuilder(resource.getScopeSpansCount() - 1).addSpans(row.span);
      last = row;
    }
    return data.build().toByteArray();
  }

  private static Resource resource(KeyValue... attributes) {
    return Resource.newBuilder().addAllAttributes(List.of(attributes)).build();
  }

  private static InstrumentationScope scope(KeyValue... attributes) {
    return InstrumentationScope.newBuilder().addAllAttributes(List.of(attributes)).build();
  }

  private static Span child(long trace, KeyValue... attributes) {
    return Otlp.child(trace, "c").toBuilder().addAllAttributes(List.of(attributes)).build();
  }

  private static Span root(long trace, String name, KeyValue... attributes) {
    return child(trace, attributes).toBuilder().clearParentSpanId().setName(name).build();
  }

  private static KeyValue k(String value) {
    return Otlp.string("k", value);
  }

  @Test
  void eachSelectorTakesTheValuesOfItsPlace() {
    Resource shop = resource(Otlp.string("service.name", "shop"), k("r1"));
    Resource web = resource(Otlp.string("service.name", "web"), k("r2"));
    byte[] record =
        record(
            new Row(shop, scope(k("s1")), child(1, k("c1"), Otlp.string("other", "x"))),
            new Row(shop, scope(k("s2")), child(2, k("not of this trace"))),
            new Row(web, scope(), root(1, "GET /", k("c2"))),
            new Row(resource(k("r3")), scope(k("s3")), root(2, "of another trace")));

    assertThat(text(set(ALL, EVERY), record))
        .isEqualTo("r1,r2•s1•c1,c2•c2•c1,c2,r1,r2,s1•GET /•web•shop,web");
  }

  @Test
  void whatIsNotThereIsMissing() {
    assertThat(text(set(ALL, EVERY), record(new Row(resource(), scope(), child(1)))))
        .isEqualTo(String.join("•", Collections.nCopies(EVERY.size(), "<missing>")));
  }

  @Test
  void valuesOfEveryTypeHaveTheTextOfTheCollector() {
    List<AnyValue> values =
        List.of(
            AnyValue.newBuilder().setStringValue("grüße").build(),
            AnyValue.newBuilder().setIntValue(0).build(),
            AnyValue.newBuilder().setIntValue(-7).build(),
            AnyValue.newBuilder().setIntValue(200).build(),
            AnyValue.newBuilder().setIntValue(Long.MIN_VALUE).build(),
            AnyValue.newBuilder().setBoolValue(true).build(),
            AnyValue.newBuilder().setBoolValue(false).build(),
            AnyValue.newBuilder().setDoubleValue(0.5).build(),
            AnyValue.newBuilder().setDoubleValue(1e21).build(),
            AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("abc")).build(),
            AnyValue.newBuilder()
                .setArrayValue(
                    ArrayValue.newBuilder()
                        .addValues(AnyValue.newBuilder().setStringValue("a"))
                        .addValues(AnyValue.newBuilder().setIntValue(1)))
                .build(),
            AnyValue.getDefaultInstance());
    List<String> texts =
        List.of(
            "grüße",
            "0",
            "-7",
            "200",
            "-9223372036854775808",
            "true",
            "false",
            "0.5",
            "1e+21",
            "YWJj",
            "[\"a\",1]",
            "");
    PolicySet set = set(ALL, List.of("span.attributes[\"k\"]"));
    for (int i = 0; i < values.size(); i++) {
      byte[] typed = spanRecord(Otlp.attribute("k", values.get(i)));
      RecordScan scan = scan(set);
      OpenTrace trace = gathered(scan, List.of(typed), 1);
      assertThat(text(scan, trace)).isEqualTo(texts.get(i));
      assertThat(trace.fingerprint(0))
          .as("as of the same text: %s", texts.get(i))
          .isEqualTo(gathered(scan, List.of(spanRecord(k(texts.get(i)))), 1).fingerprint(0));
    }
  }

  private static byte[] spanRecord(KeyValue... attributes) {
    return record(new Row(resource(), scope(), child(1, attributes)));
  }

  @Test
  void ofEqualKeysTheFirstCounts_alsoInParts() {
    KeyValue[] twice = {k("first"), k("second")};
    Row row = new Row(resource(twice), scope(twice), root(1, "r", twice));
    assertThat(text(set(ERRORS, EVERY), record(row)))
        .startsWith("first•first•first•first•first•r•");

    // Protobuf merges a message field that occurs twice.
    ByteString parts =
        ResourceSpans.newBuilder()
            .setResource(resource(k("a")))
            .addScopeSpans(
                ScopeSpans.newBuilder().setScope(scope(k("x"))).addSpans(child(1, k("s"))))
            .build()
            .toByteString()
            .concat(
                ResourceSpans.newBuilder()
                    .setResource(resource(k("b"), Otlp.string("service.name", "late")))
                    .build()
                    .toByteString());
    byte[] record =
        ByteString.copyFrom(new byte[] {10, (byte) parts.size()}).concat(parts).toByteArray();
    RecordScan scan = scan(set(ERRORS, EVERY));
    for (int i = 0; i < 3; i++) { // the first part is known from the second time on
      assertThat(text(scan, gathered(scan, List.of(record), 1)))
          .isEqualTo("a•x•s•<missing>•a,s,x•<missing>•<missing>•late");
    }
  }

  @Test
  void aResourceYieldsTheSameWheneverItComes() {
    RecordScan scan = scan(set(ERRORS, List.of("resource.attributes[\"k\"]")));
    Random random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      String value = "v" + (random.nextBoolean() ? random.nextInt(10) : random.nextInt(12_000));
      byte[] record = record(new Row(resource(k(value)), scope(), child(1)));
      assertThat(text(scan, gathered(scan, List.of(record), 1))).isEqualTo(value);
    }
  }

  @Test
  void aShapeFollowsFromParents_whereverTheyAre() {
    PolicySet set = set(ALL, List.of("trace.shape"));
    RecordScan scan = scan(set);
    List<Row> one = shape(10, "shop");
    List<Row> other = shape(77, "shop");
    List<Row> reversed = new ArrayList<>(other);
    Collections.reverse(reversed);
    long hash = gathered(scan, List.of(record(one)), 1).fingerprint(0);

    assertThat(gathered(scan, reversed.stream().map(row -> record(row)).toList(), 1).fingerprint(0))
        .isEqualTo(hash);
    assertThat(gathered(scan, List.of(record(shape(10, "store"))), 1).fingerprint(0))
        .isNotEqualTo(hash);
    assertThat(gathered(scan, List.of(record(one.subList(0, 2))), 1).fingerprint(0))
        .isNotEqualTo(hash);
  }

  /** web → service → db, with ids from this number on. */
  private static List<Row> shape(long id, String service) {
    Resource web = resource(Otlp.string("service.name", "web"));
    Resource middle = resource(Otlp.string("service.name", service));
    return List.of(
        new Row(web, scope(), root(1, "GET").toBuilder().setSpanId(id(id)).build()),
        new Row(middle, scope(), linked(id + 1, id)),
        new Row(middle, scope(), linked(id + 2, id + 1)),
        new Row(resource(), scope(), linked(id + 3, id + 2)));
  }

  private static Span linked(long id, long parent) {
    return Otlp.child(1, "op").toBuilder().setSpanId(id(id)).setParentSpanId(id(parent)).build();
  }

  private static ByteString id(long id) {
    return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
  }

  @Test
  void theRootConditionSaysWhichSpansAreRoots() {
    String condition =
        "root_span_condition: span.attributes[\"entry\"] == true or 1 / (span.kind - 1) == 1\n"
            + ALL;
    PolicySet set = set(condition, List.of("root.attributes[\"k\"]", "root.name", "root.service"));
    KeyValue entry = Otlp.attribute("entry", AnyValue.newBuilder().setBoolValue(true).build());
    Resource shop = resource(Otlp.string("service.name", "shop"));
    byte[] record =
        record(
            new Row(resource(), scope(), root(1, "no entry", k("a"))),
            new Row(shop, scope(), child(1, k("b"))),
            new Row(shop, scope(), child(1, k("c"), entry)),
            new Row(shop, scope(), root(1, "fails", k("d")).toBuilder().setKindValue(1).build()));

    assertThat(text(set, record)).isEqualTo("c•c•shop");
  }

  @Test
  void otherPoliciesLookAnew() {
    List<byte[]> records = List.of(spanRecord(k("a"), Otlp.string("l", "b")));
    RecordScan scan = scan(set(ALL, List.of("span.attributes[\"k\"]")));
    OpenTrace trace = gathered(scan, records, 1);
    assertThat(text(scan, trace)).isEqualTo("a");

    scan.use(new SignalLayout(1, set(ERRORS, List.of("span.attributes[\"l\"]")).signals()));
    trace.forgetGathered();
    gather(scan, records.get(0), trace);
    assertThat(text(scan, trace)).isEqualTo("b");
  }

  @Test
  void policiesWithoutFingerprintsGatherNone() {
    RecordScan scan = scan(SamplerHarness.set(ERRORS));
    OpenTrace trace = gathered(scan, List.of(spanRecord(k("v"))), 1);

    assertThat(trace.values).isNull();
    assertThat(trace.has(0)).isTrue();
  }

  /**
   * Compares with values from parsed messages: in any order, in any records, and gathered again.
   */
  @Test
  void orderAndRecordsChangeNothing() throws Exception {
    PolicySet set = set(ERRORS, EVERY);
    RecordScan scan = scan(set);
    FingerprintTexts exact = new FingerprintTexts(set.signals());
    Random random = new Random(9);
    Set<String> seen = new TreeSet<>();
    for (int round = 0; round < 3_000; round++) {
      List<Row> rows = randomRows(1 + random.nextInt(60), random.nextInt(4) == 0 ? 60 : 4, random);
      OpenTrace one = gathered(scan, List.of(record(rows)), 1);
      List<byte[]> split = split(rows, random);
      OpenTrace other = gathered(scan, split, 1);

      String expected = plain(rows.stream().filter(row -> low(row.span) == 1).toList());
      if (one.values == null) { // no span of this trace
        continue;
      }
      seen.add(expected);
      assertThat(text(scan, one)).isEqualTo(expected);
      assertThat(text(scan, other)).isEqualTo(expected);
      assertThat(other.fingerprint(0)).isEqualTo(one.fingerprint(0));
      assertThat(exact.of(ofTrace(rows), 0, 0)).isEqualTo(expected);
      other.forgetGathered();
      split.forEach(record -> gather(scan, record, other));
      assertThat(other.fingerprint(0)).isEqualTo(one.fingerprint(0));
    }
    assertThat(seen).hasSizeGreaterThan(1_000);
    assertThat(String.join(" ", seen).contains("<many>")).isTrue();
  }

  private static List<byte[]> ofTrace(List<Row> rows) {
    return rows.stream().filter(row -> low(row.span) == 1).map(row -> record(row)).toList();
  }

  private static List<byte[]> split(List<Row> rows, Random random) {
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    List<byte[]> records = new ArrayList<>();
    for (int at = 0; at < shuffled.size(); ) {
      int end = Math.min(shuffled.size(), at + 1 + random.nextInt(8));
      records.add(record(shuffled.subList(at, end)));
      at = end;
    }
    return records;
  }

  private static long low(Span span) {
    return span.getTraceId().substring(8).asReadOnlyByteBuffer().getLong();
  }

  private static List<Row> randomRows(int size, int values, Random random) {
    return IntStream.range(0, size).mapToObj(i -> randomRow(values, random)).toList();
  }

  private static Row randomRow(int values, Random random) {
    List<KeyValue> ofResource = new ArrayList<>(attributes(random, 3));
    if (random.nextInt(3) > 0) {
      ofResource.add(Otlp.string("service.name", "s" + random.nextInt(3)));
    }
    long trace = random.nextInt(5) == 0 ? 2 : 1;
    KeyValue[] ofSpan = attributes(random, values).toArray(KeyValue[]::new);
    return new Row(
        Resource.newBuilder().addAllAttributes(ofResource).build(),
        scope(attributes(random, 2).toArray(KeyValue[]::new)),
        random.nextInt(4) == 0
            ? root(trace, "n" + random.nextInt(3), ofSpan)
            : child(trace, ofSpan));
  }

  private static List<KeyValue> attributes(Random random, int values) {
    List<KeyValue> attributes = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      attributes.add(Otlp.string("other", "o" + random.nextInt(3)));
    }
    if (random.nextInt(3) > 0) {
      attributes.add(k("v" + random.nextInt(values)));
    }
    if (random.nextInt(8) == 0) {
      attributes.add(k("a duplicate"));
    }
    return attributes;
  }

  private static String plain(List<Row> rows) {
    Predicate<Row> any = row -> true;
    List<Set<String>> parts =
        List.of(
            values(rows, any, "k", true, false, false),
            values(rows, any, "k", false, true, false),
            values(rows, any, "k", false, false, true),
            values(rows, Row::isRoot, "k", false, false, true),
            values(rows, any, "k", true, true, true),
            rows.stream()
                .filter(Row::isRoot)
                .map(row -> row.span.getName())
                .collect(Collectors.toCollection(TreeSet::new)),
            values(rows, Row::isRoot, "service.name", true, false, false),
            values(rows, any, "service.name", true, false, false));
    return parts.stream()
        .map(
            part ->
                part.isEmpty() ? "<missing>" : part.size() > 16 ? "<many>" : String.join(",", part))
        .collect(Collectors.joining("•"));
  }

  private static Set<String> values(
      List<Row> rows,
      Predicate<Row> which,
      String key,
      boolean ofResource,
      boolean ofScope,
      boolean ofSpan) {
    Set<String> values = new TreeSet<>();
    for (Row row : rows.stream().filter(which).toList()) {
      List<List<KeyValue>> lists =
          List.of(
              ofResource ? row.resource.getAttributesList() : List.of(),
              ofScope ? row.scope.getAttributesList() : List.of(),
              ofSpan ? row.span.getAttributesList() : List.of());
      for (List<KeyValue> list : lists) {
        list.stream()
            .filter(attribute -> attribute.getKey().equals(key))
            .findFirst()
            .ifPresent(attribute -> values.add(attribute.getValue().getStringValue()));
      }
    }
    return values;
  }

  @Test
  void createsNoObjectsForValuesThatCameBefore() throws Exception {
    PolicySet set =
        set(
            ALL,
            List.of(
                "resource.attributes[\"service.name\"]",
                "scope.attributes[\"k\"]",
                "any.attributes[\"k\"]",
                "span.attributes[\"status\"]",
                "root.attributes[\"k\"]"));
    KeyValue status = Otlp.attribute("status", AnyValue.newBuilder().setIntValue(404).build());
    Resource shop = resource(Otlp.string("service.name", "shop"));
    List<Row> rows =
        IntStream.range(0, 50)
            .mapToObj(i -> new Row(shop, scope(k("s")), child(1, k("v" + i % 5), status)))
            .toList();
    byte[] record = record(rows);
    RecordScan scan = scan(set);
    OpenTrace trace = new OpenTrace(1, 1, 0, 0);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 200; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20; i++) {
        scan.scan(record);
        scan.raise(0, trace);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertThat(least / 20).as("bytes for each record of 50 spans").isLessThan(50 * 8);
  }
}
