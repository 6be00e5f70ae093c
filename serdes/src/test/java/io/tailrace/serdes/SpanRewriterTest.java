package io.tailrace.serdes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanRewriterTest {
  private static final SpanStamp NO_STAMP = new SpanStamp("", result -> {});

  private final List<String> refusals = new ArrayList<>();
  private int edits;

  @Test
  void nothingChanges_withoutAHit() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      byte[] bytes = new RandomOtlp(seed).request().toByteArray();

      assertThat(rewritten(bytes, new Rules(Map.of(), false)))
          .extracting(ByteString::copyFrom)
          .isEqualTo(joined(bytes).stream().map(ByteString::copyFrom).toList());
    }
    assertThat(edits).isZero();
    assertThat(refusals).isEmpty();
  }

  /** The generated classes are the measure. */
  @Test
  void attributesAndNamesOfAllPartsChange_andNothingElse() throws Exception {
    Map<String, AttributeEdit> edits =
        Map.of(
            "k0", AttributeEdit.REMOVE,
            "k1", AttributeEdit.replace("*"),
            "grüße0", AttributeEdit.replace("ü".repeat(100)),
            "service.name", AttributeEdit.replace(""));
    for (int seed = 0; seed < 300; seed++) {
      TracesData data = withLinkAttributes(new RandomOtlp(seed).request(), new RandomOtlp(-seed));
      byte[] bytes = data.toByteArray();

      List<byte[]> written = rewritten(bytes, new Rules(edits, true));

      assertThat(written).hasSameSizeAs(joined(bytes));
      if (!written.isEmpty()) {
        TracesData expected = edited(TracesData.parseFrom(joined(bytes).get(0)), edits);
        assertThat(spans(TracesData.parseFrom(written.get(0)))).isEqualTo(spans(expected));
      }
    }
    assertThat(this.edits).isPositive();
    assertThat(refusals).isEmpty();
  }

  @Test
  void additionsReplaceTheFirstOfTheirKey_orGoLast() throws Exception {
    Rules rules = new Rules(Map.of("bad", AttributeEdit.REMOVE), false);
    rules.additions.put("count", 3L);
    rules.additions.put("keys", "a,b");
    Span span =
        Span.newBuilder()
            .addAttributes(text("bad", "x"))
            .addAttributes(text("count", "old"))
            .addAttributes(text("count", "other"))
            .addEvents(Span.Event.newBuilder().addAttributes(text("fine", "x")))
            .addEvents(Span.Event.newBuilder().addAttributes(text("bad", "x")))
            .build();

    Span rewritten = rewritten(span, rules);

    assertThat(rewritten.getAttributesList())
        .containsExactly(number("count", 3), text("count", "other"), text("keys", "a,b"));
    assertThat(rewritten.getEvents(0)).isEqualTo(span.getEvents(0));
    assertThat(rewritten.getEvents(1).getAttributesList())
        .containsExactly(number("count", 3), text("keys", "a,b"));
    assertThat(rules.present).containsExactly("old", null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // a span's attribute in hex | reason
        "4a 05 0a 01 6b 12 09                         | truncated field",
        "4a 08 0a 01 6b 12 03 0a 01 ff                | a text that is not UTF-8",
        "4a 08 0a 01 ff 12 03 0a 01 61                | a text that is not UTF-8",
        "4a 0b 0a 01 6b 12 06 0a 01 61 0a 01 62       | an attribute value with several fields",
        "4a 0a 0a 01 6b 12 05 0a 01 61 10 01          | an attribute value with several fields",
        "4a 08 0a 01 6b 12 03 42 01 61                | an attribute value of unknown type",
        "4a 0b 0a 01 6b 0a 01 6c 12 03 0a 01 61       | an attribute with two keys or values",
        "4a 0d 0a 01 6b 12 03 0a 01 61 12 03 0a 01 62 | an attribute with two keys or values",
        "4a 0b 0a 01 6b 12 03 0a 01 61 1a 01 62       | an attribute with an unknown field",
        "2a 01 ff                                     | a text that is not UTF-8",
      })
  void aSpanThatCannotBeReadIsRefused_andTheOthersGo(String hex, String reason) throws Exception {
    byte[] attribute = HexFormat.ofDelimiter(" ").parseHex(hex);
    byte[] good = traced().setName("good").build().toByteArray();
    byte[] bad =
        ByteString.copyFrom(traced().build().toByteArray())
            .concat(ByteString.copyFrom(attribute))
            .toByteArray();
    ForwardWriter out = new ForwardWriter();
    for (byte[] span : List.of(good, bad, good)) {
      out.writeVarint(OtlpFields.SCOPE_SPANS_SPANS);
      out.writeBytes(span);
    }
    byte[] data =
        wrapped(
            OtlpFields.TRACES_RESOURCE_SPANS,
            wrapped(OtlpFields.RESOURCE_SPANS_SCOPE_SPANS, out.toByteArray()));

    List<byte[]> written = rewritten(data, new Rules(Map.of(), true));

    assertThat(spans(TracesData.parseFrom(written.get(0))))
        .extracting(span -> span.getSpans(0).getName())
        .containsExactly("good", "good");
    assertThat(refusals).containsExactly(reason);
  }

  @Test
  void aNestedValueIsReadStrictly() throws Exception {
    AttributeValue value = new AttributeValue();
    assertThat(decoded(value, "0a 01 61")).isEqualTo("a");
    assertThat(decoded(value, "")).isNull();
    assertThat(decoded(value, "18 05")).isEqualTo(5L);
    assertThat(decoded(value, "2a 07 0a 03 0a 01 61 0a 00")).isEqualTo(Arrays.asList("a", null));
    assertThat(decoded(value, "32 0a 0a 08 0a 01 6b 12 03 0a 01 61")).isEqualTo(Map.of("k", "a"));
    for (String malformed :
        List.of(
            "2a 05 0a 03 0a 01 ff",
            "2a 08 0a 06 0a 01 61 0a 01 62",
            "32 14 0a 08 0a 01 6b 12 03 0a 01 61 0a 08 0a 01 6b 12 03 0a 01 62",
            "32 05 12 03 0a 01 61")) {
      assertThatThrownBy(() -> decoded(value, malformed))
          .as(malformed)
          .isInstanceOf(MalformedOtlpException.class);
    }
  }

  private static @Nullable Object decoded(AttributeValue value, String hex)
      throws MalformedOtlpException {
    byte[] bytes = hex.isEmpty() ? new byte[0] : HexFormat.ofDelimiter(" ").parseHex(hex);
    value.of(bytes, 0, bytes.length);
    return value.decoded();
  }

  @Test
  void allSpansOfARefusedResourceOrScopeAreRefused() throws Exception {
    Rules rules = new Rules(Map.of(), false);
    rules.refused = "no";
    TracesData.Builder data = TracesData.newBuilder();
    data.addResourceSpansBuilder()
        .addScopeSpans(ScopeSpans.newBuilder().addSpans(traced()).addSpans(traced()))
        .getResourceBuilder()
        .addAttributes(text("no", ""));
    ScopeSpans.Builder scope = ScopeSpans.newBuilder().addSpans(traced());
    scope.getScopeBuilder().addAttributes(text("no", ""));
    data.addResourceSpansBuilder()
        .addScopeSpans(scope)
        .addScopeSpans(ScopeSpans.newBuilder().addSpans(traced().setName("good")));

    List<byte[]> written = rewritten(data.build().toByteArray(), rules);

    assertThat(spans(TracesData.parseFrom(written.get(0)))).hasSize(1);
    assertThat(refusals).containsExactly("refused", "refused", "refused");
  }

  /** What it accepts, it returns so that the generated classes find nothing more in it. */
  @Test
  void damagedSpansAreRefusedOrRedacted() throws Exception {
    Rules rules = new Rules(Map.of(), true);
    rules.secret = "secret";
    Random random = new Random(5);
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      Span.Builder span = new RandomOtlp(i % 50).span().toBuilder();
      span.addAttributes(text("k", "a secret")).addAttributes(text("l", "secret"));
      span.addEventsBuilder().addAttributes(text("m", "secret"));
      byte[] field = wrapped(OtlpFields.SCOPE_SPANS_SPANS, span.build().toByteArray());
      int header = field.length - span.build().getSerializedSize();
      for (int j = random.nextInt(3); j >= 0; j--) {
        field[header + random.nextInt(field.length - header)] = (byte) random.nextInt();
      }
      byte[] rewritten;
      try {
        rewritten = new SpanRewriter(rules).span(field, 0, field.length);
      } catch (MalformedOtlpException e) {
        continue;
      }
      Span read;
      try {
        read = ScopeSpans.parseFrom(rewritten == null ? field : rewritten).getSpans(0);
      } catch (InvalidProtocolBufferException e) {
        continue; // a value that no rule examines
      }
      accepted++;
      assertThat(texts(read)).as("case %s", i).noneMatch(text -> text.contains("secret"));
    }
    assertThat(accepted).isGreaterThan(1_000);
  }

  private static List<String> texts(Span span) {
    List<KeyValue> all = new ArrayList<>(span.getAttributesList());
    span.getEventsList().forEach(event -> all.addAll(event.getAttributesList()));
    span.getLinksList().forEach(link -> all.addAll(link.getAttributesList()));
    return all.stream().map(attribute -> attribute.getValue().getStringValue()).toList();
  }

  private static byte[] wrapped(int tag, byte[] message) {
    ForwardWriter out = new ForwardWriter();
    out.writeVarint(tag);
    out.writeBytes(message);
    return out.toByteArray();
  }

  private static Span.Builder traced() {
    return Span.newBuilder().setTraceId(ByteString.copyFrom(new byte[16]));
  }

  private Span rewritten(Span span, Rules rules) throws Exception {
    byte[] field = wrapped(OtlpFields.SCOPE_SPANS_SPANS, span.toByteArray());
    byte[] rewritten = new SpanRewriter(rules).span(field, 0, field.length);
    return ScopeSpans.parseFrom(rewritten).getSpans(0);
  }

  private List<byte[]> rewritten(byte[] bytes, Rules rules) throws Exception {
    SpanRewriter rewriter = new SpanRewriter(rules);
    PartEditor editor =
        new PartEditor() {
          @Override
          public byte[] resource(byte[] fields) throws MalformedOtlpException {
            return rewriter.resource(fields);
          }

          @Override
          public byte[] scope(byte[] fields) throws MalformedOtlpException {
            return rewriter.scope(fields);
          }

          @Override
          public byte @Nullable [] span(byte[] source, int from, int to)
              throws MalformedOtlpException {
            return rewriter.span(source, from, to);
          }

          @Override
          public void edited() {
            edits++;
          }

          @Override
          public void refused(MalformedOtlpException reason) {
            refusals.add(reason.getMessage());
          }
        };
    TraceJoin join = new TraceJoin();
    join.add(bytes, NO_STAMP, new ScopeStamp(), editor);
    return join.records(Integer.MAX_VALUE);
  }

  private static List<byte[]> joined(byte[] bytes) throws Exception {
    TraceJoin join = new TraceJoin();
    join.add(bytes);
    return join.records(Integer.MAX_VALUE);
  }

  /** One span with its resource and scope each, as equal ones are merged. */
  private static List<SpanInContext> spans(TracesData data) {
    return data.getResourceSpansList().stream()
        .flatMap(
            resource ->
                resource.getScopeSpansList().stream()
                    .flatMap(
                        scope ->
                            scope.getSpansList().stream()
                                .map(span -> new SpanInContext(resource, scope, span))))
        .collect(Collectors.toList());
  }

  private record SpanInContext(ResourceSpans resource, ScopeSpans scope) {
    SpanInContext(ResourceSpans resource, ScopeSpans scope, Span span) {
      this(
          resource.toBuilder().clearScopeSpans().build(),
          scope.toBuilder().clearSpans().addSpans(span).build());
    }

    Span getSpans(int index) {
      return scope.getSpans(index);
    }
  }

  private static TracesData withLinkAttributes(TracesData data, RandomOtlp random) {
    TracesData.Builder more = data.toBuilder();
    more.getResourceSpansBuilderList().stream()
        .flatMap(resource -> resource.getScopeSpansBuilderList().stream())
        .flatMap(scope -> scope.getSpansBuilderList().stream())
        .flatMap(span -> span.getLinksBuilderList().stream())
        .forEach(link -> link.addAllAttributes(random.attributes()));
    return more.build();
  }

  private static TracesData edited(TracesData data, Map<String, AttributeEdit> edits) {
    TracesData.Builder all = data.toBuilder();
    for (ResourceSpans.Builder resource : all.getResourceSpansBuilderList()) {
      if (resource.hasResource()) {
        List<KeyValue> attributes = resource.getResource().getAttributesList();
        resource.getResourceBuilder().clearAttributes().addAllAttributes(edited(attributes, edits));
      }
      for (ScopeSpans.Builder scope : resource.getScopeSpansBuilderList()) {
        if (scope.hasScope()) {
          List<KeyValue> attributes = scope.getScope().getAttributesList();
          scope.getScopeBuilder().clearAttributes().addAllAttributes(edited(attributes, edits));
          scope.getScopeBuilder().setName(Rules.edited(scope.getScope().getName()));
        }
        scope.getSpansBuilderList().forEach(span -> edit(span, edits));
      }
    }
    return all.build();
  }

  private static void edit(Span.Builder span, Map<String, AttributeEdit> edits) {
    List<KeyValue> attributes = span.getAttributesList();
    span.setName(Rules.edited(span.getName()));
    List<KeyValue> edited = edited(attributes, edits);
    span.clearAttributes().addAllAttributes(edited);
    for (Span.Event.Builder event : span.getEventsBuilderList()) {
      List<KeyValue> ofEvent = edited(event.getAttributesList(), edits);
      event.clearAttributes().addAllAttributes(ofEvent).setName(Rules.edited(event.getName()));
    }
    for (Span.Link.Builder link : span.getLinksBuilderList()) {
      List<KeyValue> ofLink = edited(link.getAttributesList(), edits);
      link.clearAttributes().addAllAttributes(ofLink);
    }
    if (span.hasStatus()) {
      span.getStatusBuilder().setMessage(Rules.edited(span.getStatus().getMessage()));
    }
  }

  private static List<KeyValue> edited(List<KeyValue> list, Map<String, AttributeEdit> edits) {
    List<KeyValue> kept = new ArrayList<>();
    for (KeyValue attribute : list) {
      AttributeEdit edit = edits.getOrDefault(attribute.getKey(), AttributeEdit.KEEP);
      switch (edit.kind()) {
        case KEEP -> kept.add(attribute);
        case REMOVE -> {}
        case REPLACE -> kept.add(text(attribute.getKey(), edit.text()));
      }
    }
    return kept;
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue number(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  /** Edits by key; names that end with an even digit. */
  private static final class Rules implements AttributeRules {
    private final Map<String, AttributeEdit> edits;
    private final boolean names;
    private final Map<String, Object> additions = new LinkedHashMap<>();
    private final List<@Nullable Object> present = new ArrayList<>();
    private String refused = "";
    private String secret = "";
    private boolean hit;

    Rules(Map<String, AttributeEdit> edits, boolean names) {
      this.edits = edits;
      this.names = names;
    }

    @Override
    public void begin() {
      hit = false;
    }

    @Override
    public AttributeEdit attribute(byte[] record, int keyFrom, int keyTo, AttributeValue value)
        throws MalformedOtlpException {
      String key = AttributeKey.text(record, keyFrom, keyTo);
      if (key.equals(refused)) {
        throw new MalformedOtlpException("refused", null);
      }
      if (!secret.isEmpty() && value.text().contains(secret)) {
        return AttributeEdit.replace("");
      }
      value.text();
      AttributeEdit edit = edits.getOrDefault(key, AttributeEdit.KEEP);
      hit |= edit != AttributeEdit.KEEP;
      return edit;
    }

    @Override
    public boolean hasAdditions() {
      return hit && !additions.isEmpty();
    }

    @Override
    public Map<String, Object> additions(Function<String, @Nullable Object> present) {
      this.present.add(present.apply("count"));
      return additions;
    }

    @Override
    public boolean editsNames() {
      return names;
    }

    @Override
    public String name(String text) {
      return edited(text);
    }

    static String edited(String name) {
      return name.matches(".*[02468]") ? name + "-even" : name;
    }
  }
}
