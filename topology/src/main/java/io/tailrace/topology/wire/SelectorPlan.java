package io.tailrace.topology.wire;

import io.tailrace.policies.fingerprint.Fingerprints;
import io.tailrace.policies.fingerprint.Selector;
import io.tailrace.policies.fingerprint.Selector.Source;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Where the selectors of fingerprints find their values: selectors by attribute key. Immutable. */
public final class SelectorPlan {
  static final int NONE = -1;
  private static final String SERVICE = "service.name";

  /** By index of the key: selectors with values in attributes of resources, scopes and spans. */
  final int[][] ofResource;

  final int[][] ofScope;
  final int[][] ofSpan;

  /** Index of {@code root.name}, or {@link #NONE}. */
  final int rootName;

  /** Index of {@code trace.shape}, or {@link #NONE}. Its values are the names of services. */
  final int shape;

  final boolean needsRoot;
  private final boolean wantsScopes;
  private final boolean[] rootOnly;

  /**
   * @param keys attribute keys that the scan looks for, with all of {@link #keysOf}
   */
  public SelectorPlan(Fingerprints fingerprints, List<String> keys) {
    List<Selector> selectors = fingerprints.selectors();
    ofResource =
        byKey(
            keys, selectors, Source.RESOURCE, Source.ANY, Source.ROOT_SERVICE, Source.TRACE_SHAPE);
    ofScope = byKey(keys, selectors, Source.SCOPE, Source.ANY);
    ofSpan = byKey(keys, selectors, Source.SPAN, Source.ROOT, Source.ANY);
    rootName = selectors.indexOf(new Selector(Source.ROOT_NAME, ""));
    shape = selectors.indexOf(new Selector(Source.TRACE_SHAPE, ""));
    needsRoot = fingerprints.needRoot();
    wantsScopes = Arrays.stream(ofScope).anyMatch(ofKey -> ofKey.length > 0);
    rootOnly = new boolean[selectors.size()];
    for (int i = 0; i < rootOnly.length; i++) {
      rootOnly[i] = selectors.get(i).isOfRoot();
    }
  }

  /** Returns the attribute keys of the selectors. */
  public static Set<String> keysOf(Fingerprints fingerprints) {
    Set<String> keys = new LinkedHashSet<>();
    for (Selector selector : fingerprints.selectors()) {
      if (selector.source() != Source.ROOT_NAME) {
        keys.add(key(selector));
      }
    }
    return keys;
  }

  private static String key(Selector selector) {
    return selector.key().isEmpty() ? SERVICE : selector.key();
  }

  private static int[][] byKey(List<String> keys, List<Selector> selectors, Source... sources) {
    Set<Source> wanted = Set.of(sources);
    return keys.stream()
        .map(
            key ->
                IntStream.range(0, selectors.size())
                    .filter(i -> wanted.contains(selectors.get(i).source()))
                    .filter(i -> key(selectors.get(i)).equals(key))
                    .toArray())
        .toArray(int[][]::new);
  }

  /** Returns whether a selector has values in attributes of scopes. */
  public boolean wantsScopes() {
    return wantsScopes;
  }

  /** Returns whether a selector takes values of a span, its scope and its resource. */
  boolean takes(int selector, boolean ofRootSpan) {
    return selector != shape && (ofRootSpan || !rootOnly[selector]);
  }
}
