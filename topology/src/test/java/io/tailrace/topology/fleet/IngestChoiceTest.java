package io.tailrace.topology.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tailrace.serdes.Encoding;
import io.tailrace.topology.config.IngestTopic;
import io.tailrace.topology.config.IngestTopics;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IngestChoiceTest {
  @Test
  void namesStandFirst_thenWhatThePatternsMatch_sorted() {
    IngestTopics ingest =
        resolved("zipkin=zipkin_json, ^otlp_.*, ^a", "otlp_b", "otlp_a", "ab", "x");

    assertThat(ingest.all())
        .containsExactly(
            new IngestTopic("zipkin", Encoding.ZIPKIN_JSON),
            new IngestTopic("ab", Encoding.OTLP_PROTO),
            new IngestTopic("otlp_a", Encoding.OTLP_PROTO),
            new IngestTopic("otlp_b", Encoding.OTLP_PROTO));
    assertThat(ingest.names("zipkin")).isTrue();
    assertThat(ingest.names("ab")).as("made if it is missing").isFalse();
  }

  @Test
  void aNameOutweighsPatterns_andThePatternThatStandsFirstTheOthers() {
    assertThat(
            resolved("j1=jaeger_json, ^j.*=jaeger_proto, ^.*=zipkin_json", "j1", "j2", "z").all())
        .containsExactly(
            new IngestTopic("j1", Encoding.JAEGER_JSON),
            new IngestTopic("j2", Encoding.JAEGER_PROTO),
            new IngestTopic("z", Encoding.ZIPKIN_JSON));
  }

  /** As Go's MatchString does. */
  @Test
  void whatFollowsTheMatchMayBeAnything_unlessThePatternSaysSo() {
    assertThat(resolved("^otlp", "otlp", "otlp_spans", "my_otlp").names())
        .containsExactly("otlp", "otlp_spans");
    assertThat(resolved("^otlp.{2,3}$", "otlp", "otlp12", "otlp1234").names())
        .containsExactly("otlp12");
  }

  @Test
  void aPatternThatMatchesNothingIsToldAtTheStart() {
    assertThatThrownBy(() -> choice("a, ^a.*, ^b.*", "a", "c").own())
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(
            "topics.ingest: \"^b.*\" (expected: a pattern that a topic matches");
  }

  @Test
  void moreThanSixteenTopicsAreTooMany_evenByPattern() {
    String[] many = IntStream.range(0, 16).mapToObj(i -> "t" + i).toArray(String[]::new);

    assertThat(resolved("^t", many).all()).hasSize(16);
    assertThatThrownBy(() -> choice("a, ^t", many).own())
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("topics.ingest: 17 topics, a, t0, t1")
        .hasMessageEndingWith("(expected: at most 16)");
  }

  @Test
  void noPatternMatchesWhatTailraceWrites() {
    TailraceConfig config = config("^.*");
    Set<String> topics =
        Settings.topicNames().stream()
            .map(setting -> config.get(setting))
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(topics).hasSize(8).contains("otlp_spans_sampled", "tailrace_keep_results");
    topics.add("tailrace-verdict-ledger-changelog");
    topics.add("tailrace-policy-state-changelog");

    assertThat(topics).allMatch(config::isOwnTopic);
    assertThat(Set.of("otlp_spans", "tailrace-shop", "other-policy-state-changelog"))
        .noneMatch(config::isOwnTopic);
  }

  @Test
  void theEldestInstanceThatLivesAndSaysSoTellsWhatIsRead() {
    assertThat(
            IngestChoice.read(
                List.of(
                    instance("a", true, "2026-11-21T10:00:00Z", List.of("young")),
                    instance("b", true, "2026-11-21T09:00:00Z", List.of("one", "two")),
                    instance("c", true, "2026-11-20T09:00:00Z", List.of()),
                    instance("d", false, "2026-11-01T09:00:00Z", List.of("dead")),
                    new FleetStatus.Instance("silent", true, Optional.empty()))))
        .contains(List.of("one", "two"));
    assertThat(IngestChoice.read(List.of(instance("d", false, "", List.of("dead"))))).isEmpty();
  }

  @Test
  void takesWhatTheFleetReads_whateverElseMatchesNow() {
    IngestChoice choice = choice("a, ^j.*=jaeger_proto", "a", "j1", "j2");

    assertThat(choice.differs(List.of("j2", "a", "j1"))).isFalse();
    assertThat(choice.differs(List.of("a", "j1"))).isTrue();
    assertThat(choice.of(List.of("a", "j1")))
        .containsExactly(new IngestTopic("j1", Encoding.JAEGER_PROTO));
  }

  @Test
  void whatTheFleetReadsMayBeFewerThanMatchBeyondTheBound() {
    String[] many = IntStream.range(0, 17).mapToObj(i -> "t" + i).toArray(String[]::new);

    assertThat(choice("^t", many).of(List.of("t1", "t2"))).hasSize(2);
  }

  @Test
  void joinsNoFleetWhoseTopicIsGone_orThatHasAnotherSetting() {
    assertThatThrownBy(() -> choice("a, ^j", "a", "j1").of(List.of("a", "j1", "j2")))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("topic j2: missing (expected: it exists, for running instances");
    assertThatThrownBy(() -> choice("a, ^j", "a", "j1", "x").of(List.of("j1", "x")))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("topics.ingest: a, x in one instance and not in another");
  }

  @Test
  void aKilledInstanceIsBelievedOnlyAsLongAsItsSession() {
    IngestChoice choice = choice("^j", "j1", "j2");
    FleetStatus.Instance alive = instance("a", true, "", List.of("j1"));
    FleetStatus.Instance gone = instance("a", false, "", List.of("j1"));
    List<Boolean> asked = new ArrayList<>();

    Iterator<List<FleetStatus.Instance>> itsSessionEnds =
        List.of(List.of(alive), List.of(alive), List.of(gone)).iterator();
    assertThat(IngestLookup.untilSure(itsSessionEnds::next, choice, () -> false)).isEmpty();
    assertThat(itsSessionEnds.hasNext()).isFalse();

    assertThat(
            IngestLookup.untilSure(
                () -> List.of(alive), choice, () -> asked.add(true) && asked.size() > 3))
        .contains(List.of("j1"));
    assertThat(asked).hasSize(4);
  }

  private static FleetStatus.Instance instance(
      String name, boolean alive, String started, List<String> ingest) {
    return new FleetStatus.Instance(
        name,
        alive,
        Optional.of(new InstanceStatus(name, "h", null, started, 1, ingest, Map.of(), Map.of())));
  }

  private static IngestTopics resolved(String setting, String... existing) {
    IngestChoice choice = choice(setting, existing);
    return choice.ingest().with(choice.own());
  }

  private static IngestChoice choice(String setting, String... existing) {
    return new IngestChoice(config(setting).ingest(), Set.of(existing));
  }

  private static TailraceConfig config(String ingest) {
    return TailraceConfig.read(
            "topics: {ingest: '" + ingest + "'}",
            Map.of("TAILRACE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"))
        .get();
  }
}
