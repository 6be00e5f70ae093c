package io.tailrace.policies.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceValuesTest {
  private static final Selector A = Selector.parse("span.attributes[\"a\"]").get();
  private static final Selector B = Selector.parse("any.attributes[\"b\"]").get();
  private static final Selector SHAPE = Selector.parse("trace.shape").get();
  private static final Fingerprints AB =
      new Fingerprints(List.of(new Fingerprint(List.of(A, B)), new Fingerprint(List.of(B))));

  private final ValueNames names = ValueNames.exact();

  private long named(String value) {
    long hash = ValueHash.of(value);
    if (!names.meet(hash)) {
      names.put(hash, value);
    }
    return hash;
  }

  private TraceValues of(Fingerprints fingerprints, Object... selectorsAndValues) {
    TraceValues values = new TraceValues(fingerprints);
    for (int i = 0; i < selectorsAndValues.length; i += 2) {
      values.add((int) selectorsAndValues[i], named((String) selectorsAndValues[i + 1]));
    }
    return values;
  }

  /** What judges save must mean the same in the next version. */
  @Test
  void hashesNeverChange() {
    assertThat(ValueHash.hex(ValueHash.of(""))).isEqualTo("2d06800538d394c2");
    assertThat(ValueHash.of("checkout"))
        .isEqualTo(ValueHash.of(new byte[] {0, 99, 104, 101, 99, 107, 111, 117, 116}, 1, 8));
    assertThat(
            List.of(of(AB, 0, "x").fingerprint(0), of(AB, 0, "x", 0, "y", 1, "z").fingerprint(0)))
        .map(ValueHash::hex)
        .containsExactly("e88d5adfbc85a21c", "26567b7729ad2191");
  }

  @Test
  void hasTheTextOfTheCollector() {
    assertThat(of(AB).text(0, names::text)).isEqualTo("<missing>•<missing>");
    assertThat(of(AB, 0, "x").text(0, names::text)).isEqualTo("x•<missing>");
    assertThat(of(AB, 1, "/api", 0, "checkout", 0, "billing", 0, "checkout").text(0, names::text))
        .isEqualTo("billing,checkout•/api");
    assertThat(of(AB, 0, "").text(0, names::text)).isEqualTo("•<missing>");
    assertThat(of(AB, 0, "x", 1, "y").text(1, names::text)).isEqualTo("y");
  }

  @Test
  void sortsByBytes_asGoDoes() {
    assertThat(of(AB, 1, "b", 1, "a", 1, "\uff5e", 1, "\ud83d\ude00", 1, "B").text(1, names::text))
        .isEqualTo("B,a,b,\uff5e,\ud83d\ude00");
  }

  @Test
  void showsTheHashOfAValueWithoutName() {
    TraceValues values = new TraceValues(AB);
    values.add(1, 0xabcL);

    assertThat(values.text(0, names::text)).isEqualTo("<missing>•0000000000000abc");
  }

  @Test
  void differs_whereValuesDifferOrAreOfAnotherSelector() {
    List<Long> hashes =
        List.of(
            of(AB).fingerprint(0),
            of(AB, 0, "x").fingerprint(0),
            of(AB, 1, "x").fingerprint(0),
            of(AB, 0, "x", 1, "x").fingerprint(0),
            of(AB, 0, "y").fingerprint(0),
            of(AB, 0, "x", 0, "y").fingerprint(0),
            of(AB, 0, "").fingerprint(0),
            of(AB, 1, "x").fingerprint(1));

    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void sixteenValuesAreToldApart_andMoreAreMany() {
    TraceValues values = new TraceValues(AB);
    values.add(1, named("other"));
    IntStream.range(0, 16).forEach(i -> values.add(0, named("v" + i)));
    assertThat(values.text(0, names::text)).startsWith("v0,v1,v10,").endsWith(",v9•other");
    long sixteen = values.fingerprint(0);

    values.add(0, named("v3"));
    assertThat(values.fingerprint(0)).isEqualTo(sixteen);
    values.add(0, named("v16"));
    assertThat(values.text(0, names::text)).isEqualTo("<many>•other");
    assertThat(values.fingerprint(0))
        .isNotEqualTo(sixteen)
        .isEqualTo(of(AB, 0, "<many>", 1, "other").fingerprint(0));
    values.add(0, named("v17"));
    values.add(1, named("more"));
    assertThat(values.text(0, names::text)).isEqualTo("<many>•more,other");
  }

  /** Against sets of texts, with many selectors, in two orders. */
  @Test
  void equalsInEveryOrder_exactlyWhereTheTextsAreEqual() {
    List<Selector> selectors =
        IntStream.range(0, 11)
            .mapToObj(i -> Selector.parse("span.attributes[\"k" + i + "\"]").get())
            .toList();
    Fingerprints of = new Fingerprints(List.of(new Fingerprint(selectors)));
    Random random = new Random(5);
    Map<String, Long> seen = new HashMap<>();
    Set<Long> hashes = new TreeSet<>();
    for (int round = 0; round < 5_000; round++) {
      List<int[]> added = new ArrayList<>();
      int wide = random.nextInt(selectors.size());
      for (int i = random.nextInt(60); i > 0; i--) {
        int selector = random.nextInt(3) == 0 ? random.nextInt(selectors.size()) : wide;
        added.add(new int[] {selector, random.nextInt(selector == wide ? 40 : 2)});
      }
      TraceValues one = new TraceValues(of);
      added.forEach(v -> one.add(v[0], named("v" + v[1])));
      Collections.shuffle(added, random);
      TraceValues other = new TraceValues(of);
      added.forEach(v -> other.add(v[0], named("v" + v[1])));

      String expected = plainText(selectors.size(), added);
      assertThat(one.text(0, names::text)).isEqualTo(expected);
      assertThat(other.text(0, names::text)).isEqualTo(expected);
      assertThat(other.fingerprint(0)).isEqualTo(one.fingerprint(0));
      Long before = seen.putIfAbsent(expected, one.fingerprint(0));
      assertThat(before == null || before == one.fingerprint(0)).isTrue();
      hashes.add(one.fingerprint(0));
    }
    assertThat(hashes).hasSameSizeAs(seen.keySet()).hasSizeGreaterThan(1_000);
  }

  private static String plainText(int selectors, List<int[]> added) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < selectors; i++) {
      int selector = i;
      Set<String> values = new TreeSet<>();
      added.stream().filter(v -> v[0] == selector).forEach(v -> values.add("v" + v[1]));
      parts.add(
          values.isEmpty()
              ? "<missing>"
              : values.size() > 16 ? "<many>" : String.join(",", values));
    }
    return String.join("•", parts);
  }

  private static final Fingerprints SHAPES =
      new Fingerprints(List.of(new Fingerprint(List.of(SHAPE))));

  /** Adds a span of a service; {@code parent} 0 has none. */
  private static void span(TraceValues into, int id, int parent, String service, String name) {
    into.addSpan(
        ValueHash.of("id" + id),
        ValueHash.of("id" + parent),
        parent != 0,
        ValueHash.of(service),
        ValueHash.of(name));
  }

  @Test
  void aShapeIsTheSetOfEdges_whateverTheIdsTheOrderAndTheNumberOfCalls() {
    TraceValues one = new TraceValues(SHAPES);
    span(one, 1, 0, "web", "GET");
    span(one, 2, 1, "shop", "buy");
    span(one, 3, 2, "db", "select");
    TraceValues other = new TraceValues(SHAPES);
    span(other, 33, 22, "db", "select");
    span(other, 22, 11, "shop", "buy");
    span(other, 34, 22, "db", "select");
    span(other, 34, 22, "db", "select");
    span(other, 11, 0, "web", "GET");

    assertThat(other.fingerprint(0)).isEqualTo(one.fingerprint(0));
    assertThat(one.text(0, names::text))
        .matches("[0-9a-f]{16}")
        .isEqualTo(other.text(0, names::text));
  }

  @Test
  void aShapeDiffers_whereAnEdgeDiffers() {
    List<TraceValues> all = new ArrayList<>();
    IntStream.range(0, 6).forEach(i -> all.add(new TraceValues(SHAPES)));
    all.forEach(values -> span(values, 1, 0, "web", "GET"));
    span(all.get(1), 2, 1, "shop", "buy");
    span(all.get(2), 2, 1, "shop", "sell");
    span(all.get(3), 2, 1, "store", "buy");
    span(all.get(4), 2, 9, "shop", "buy"); // the parent is not there
    span(all.get(5), 2, 0, "shop", "buy");
    all.add(new TraceValues(SHAPES));

    assertThat(all).map(values -> values.fingerprint(0)).doesNotHaveDuplicates();
  }

  @Test
  void aTraceOfMoreThanAThousandSpansHasNoShape() {
    TraceValues large = new TraceValues(SHAPES);
    TraceValues other = new TraceValues(SHAPES);
    for (int i = 1; i <= 1_000; i++) {
      span(large, i, i - 1, "s", "n" + i % 3);
      span(other, i, i - 1, "t", "n");
    }
    assertThat(large.text(0, names::text)).matches("[0-9a-f]{16}");
    span(large, 1_001, 5, "s", "n");
    span(other, 1_001, 5, "s", "n");
    span(other, 1_002, 5, "s", "n");

    assertThat(large.text(0, names::text)).isEqualTo("<many>");
    assertThat(large.fingerprint(0)).isEqualTo(other.fingerprint(0));
  }
}
