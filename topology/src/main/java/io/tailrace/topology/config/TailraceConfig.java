package io.tailrace.topology.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tailrace.policies.document.Document;
import io.tailrace.policies.document.Fault;
import io.tailrace.policies.document.MappingReader;
import io.tailrace.policies.document.Node;
import io.tailrace.serdes.Encoding;
import io.vavr.collection.Seq;
import io.vavr.control.Validation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The configuration of an instance: the settings listed in docs/configure.md and properties of the
 * Kafka clients. Immutable, thread-safe.
 */
public final class TailraceConfig {
  private static final String KAFKA = "kafka";
  private static final String PREFIX = "TAILRACE_";
  private static final String KAFKA_PREFIX = PREFIX + "KAFKA_";
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern PLAIN = Pattern.compile("-?[0-9]+|true|false");
  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

  /** Client properties that are not allowed, with the alternative. */
  private static final Map<String, String> NOT_PASSED =
      Map.of(
          "application.id", "application_id instead",
          "state.dir", "state_dir instead",
          "processing.guarantee", "processing_guarantee instead",
          "num.stream.threads", "threads instead",
          "commit.interval.ms", "commit_interval instead",
          "num.standby.replicas", "none: a task is restored from the log in seconds",
          "group.protocol", "none: the classic protocol replaces a killed instance sooner");

  private final Map<Setting<?>, Object> values;
  private final Map<String, String> kafka;
  private final IngestTopics ingest;

  /** Documents of the values of the fleet's settings that are set, by path. */
  private final Map<String, String> ofFleet;

  private TailraceConfig(
      Map<Setting<?>, Object> values,
      Map<String, String> kafka,
      IngestTopics ingest,
      Map<String, String> ofFleet) {
    this.ofFleet = Map.copyOf(ofFleet);
    this.values = Map.copyOf(values);
    this.kafka = Map.copyOf(kafka);
    this.ingest = ingest;
  }

  /**
   * Reads a configuration file, overridden by environment variables: {@code TAILRACE_TOPICS_INGEST}
   * stands for {@code topics.ingest}, {@code TAILRACE_KAFKA_BOOTSTRAP_SERVERS} for {@code
   * bootstrap.servers} below {@code kafka}.
   *
   * @param yaml text of the file; empty if there is none
   * @param environment all variables; only those with the prefix {@code TAILRACE_} are used
   * @return the configuration, or all faults of both, one line each
   */
  public static Validation<List<String>, TailraceConfig> read(
      String yaml, Map<String, String> environment) {
    List<String> faults = new ArrayList<>();
    Map<Setting<?>, Object> values = new HashMap<>();
    Settings.all().forEach(setting -> values.put(setting, setting.absent()));
    Map<String, String> documents = new HashMap<>();
    Map<String, String> kafka = new LinkedHashMap<>();
    Validation<Seq<Fault>, Boolean> file =
        Document.read(
            yaml.isBlank() ? "{}" : yaml, root -> readRoot(root, values, documents, kafka));
    if (file.isInvalid()) {
      file.getError().forEach(fault -> faults.add(withoutSecret(fault).message()));
    }
    new Environment(environment).override(values, documents, kafka, faults);
    refuseSharedTopics(values, faults);
    refuseWhatKeyedModeCannot(values, faults);
    kafka.forEach(
        (key, value) -> {
          if (NOT_PASSED.containsKey(key)) {
            faults.add(
                "kafka.%s: \"%s\" (expected: %s)".formatted(key, value, NOT_PASSED.get(key)));
          }
        });
    if (!kafka.containsKey(BOOTSTRAP_SERVERS)) {
      faults.add("kafka.bootstrap.servers: absent (expected: host:port of one or more brokers)");
    }
    return faults.isEmpty()
        ? Validation.valid(new TailraceConfig(values, kafka, ingest(values), documents))
        : Validation.invalid(faults);
  }

  /** Returns the value of a setting. */
  @SuppressWarnings("unchecked") // written by the reader of the setting
  public <T> T get(Setting<T> setting) {
    return (T) value(values, setting);
  }

  private static Object value(Map<Setting<?>, Object> values, Setting<?> setting) {
    Object value = values.get(setting);
    if (value == null) {
      throw new IllegalArgumentException(setting.path() + " (expected: a setting with a value)");
    }
    return value;
  }

  /** Returns the properties for all Kafka clients. */
  public Map<String, String> kafka() {
    return kafka;
  }

  /** Returns the configured brokers. */
  public String bootstrapServers() {
    return Objects.requireNonNull(kafka.get(BOOTSTRAP_SERVERS), BOOTSTRAP_SERVERS); // checked
  }

  public TopicNames topics() {
    return new TopicNames(
        get(Settings.TOPIC_SPANS_BY_TRACE),
        get(Settings.TOPIC_POLICIES),
        get(Settings.TOPIC_EXPORT),
        get(Settings.TOPIC_DEAD_LETTERS),
        get(Settings.TOPIC_DECISIONS));
  }

  /** Returns the ingest topics, or the patterns that select them. */
  public IngestTopics ingest() {
    return ingest;
  }

  /** Returns this configuration with resolved patterns of {@code topics.ingest}. */
  public TailraceConfig reading(List<IngestTopic> matched) {
    return new TailraceConfig(values, kafka, ingest.with(matched), ofFleet);
  }

  /**
   * Returns the settings that decide which topics a fleet uses and what it keeps, as far as they
   * are set here: documents of their values by path. Without secrets.
   */
  public Map<String, String> ofFleet() {
    return ofFleet;
  }

  /**
   * Returns this configuration with those settings of a fleet that are not set here. Ignores values
   * that this release cannot read, and all of them if they do not fit the settings here.
   *
   * @param theirs {@link #ofFleet} of an instance
   */
  public TailraceConfig withFleet(Map<String, String> theirs) {
    Map<Setting<?>, Object> combined = new HashMap<>(values);
    for (Setting<?> setting : Settings.ofFleet()) {
      String document = theirs.get(setting.path());
      if (document != null && !ofFleet.containsKey(setting.path())) {
        Environment.parse(setting, document).forEach(value -> combined.put(setting, value));
      }
    }
    List<String> faults = new ArrayList<>();
    refuseSharedTopics(combined, faults);
    refuseWhatKeyedModeCannot(combined, faults);
    return faults.isEmpty() ? new TailraceConfig(combined, kafka, ingest(combined), ofFleet) : this;
  }

  /** Returns whether Tailrace writes the topic itself. Patterns must not match such topics. */
  public boolean isOwnTopic(String topic) {
    String internal = get(Settings.APPLICATION_ID) + "-";
    return Settings.topicNames().stream()
            .filter(setting -> !setting.equals(Settings.TOPIC_INGEST))
            .anyMatch(setting -> names(get(setting)).contains(topic))
        || (topic.startsWith(internal) && topic.endsWith("-changelog"));
  }

  /** Returns the path of the setting that names a topic, such as {@code topics.export}. */
  public String settingOf(String topic) {
    return Settings.topicNames().stream()
        .filter(setting -> !setting.equals(Settings.TOPIC_INGEST))
        .filter(setting -> names(get(setting)).contains(topic))
        .map(Setting::path)
        .findFirst()
        .orElse(Settings.TOPIC_INGEST.path());
  }

  @SuppressWarnings("unchecked") // written by the readers of the settings
  private static IngestTopics ingest(Map<Setting<?>, Object> values) {
    return IngestTopics.of(
        (Map<String, Optional<Encoding>>) value(values, Settings.TOPIC_INGEST),
        (Encoding) value(values, Settings.INGEST_ENCODING));
  }

  public IngestMode ingestMode() {
    return get(Settings.INGEST_MODE);
  }

  /** Returns the topic whose partitions are sampled. */
  public String sourceTopic() {
    return ingestMode() == IngestMode.UNKEYED
        ? topics().spansByTrace()
        : ingest.all().get(0).name();
  }

  private static void refuseSharedTopics(Map<Setting<?>, Object> values, List<String> faults) {
    Map<Object, Setting<?>> byName = new HashMap<>();
    for (Setting<?> topic : Settings.topicNames()) {
      for (Object name : names(value(values, topic))) {
        Setting<?> other = byName.putIfAbsent(name, topic);
        if (other != null) {
          faults.add(
              "%s: \"%s\" (expected: a topic different from %s)"
                  .formatted(topic.path(), name, other.path()));
        }
      }
    }
  }

  private static Collection<?> names(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.stream().toList();
    }
    return value instanceof Map<?, ?> topics ? topics.keySet() : List.of(value);
  }

  /**
   * In keyed mode, the ingest topic is the changelog of the span buffer, which supports only OTLP.
   */
  private static void refuseWhatKeyedModeCannot(
      Map<Setting<?>, Object> values, List<String> faults) {
    if (values.get(Settings.INGEST_MODE) == IngestMode.UNKEYED) {
      return;
    }
    IngestTopics ingest = ingest(values);
    for (IngestPattern pattern : ingest.patterns()) {
      faults.add(
          "topics.ingest: \"%s\" (expected: the name of a topic, or ingest.mode: unkeyed)"
              .formatted(pattern.text()));
    }
    if (ingest.named().size() > 1) {
      faults.add(
          "topics.ingest: %d topics (expected: one, or ingest.mode: unkeyed)"
              .formatted(ingest.named().size()));
    }
    for (IngestTopic topic : ingest.named()) {
      if (topic.encoding() != Encoding.OTLP_PROTO) {
        Setting<?> setting =
            values.get(Settings.INGEST_ENCODING) == topic.encoding()
                ? Settings.INGEST_ENCODING
                : Settings.TOPIC_INGEST;
        faults.add(
            "%s: \"%s\" (expected: otlp_proto, or ingest.mode: unkeyed)"
                .formatted(setting.path(), topic.encoding().label()));
        return;
      }
    }
  }

  /**
   * Removes the value of an unknown key, which may be a misplaced secret of {@code kafka}, and of
   * an unknown tag or alias, which may be an unquoted password.
   */
  private static Fault withoutSecret(Fault fault) {
    boolean isKnown =
        Settings.all().stream()
            .anyMatch(s -> fault.path().equals(s.path()) || fault.path().equals(s.group()));
    boolean isSecret = Settings.isSecret(fault.path());
    boolean isSyntax = fault.path().equals("document") && !fault.value().matches(".*[!*&].*");
    return (isKnown && !isSecret) || isSyntax
        ? fault
        : new Fault(fault.path(), "[hidden]", fault.expected(), fault.line());
  }

  private static boolean readRoot(
      Node root,
      Map<Setting<?>, Object> values,
      Map<String, String> documents,
      Map<String, String> kafka) {
    return root.mapping(
            mapping -> {
              readGroup("", mapping, values, documents);
              Set<String> groups = new LinkedHashSet<>();
              Settings.all().forEach(setting -> groups.add(setting.group()));
              groups.remove("");
              for (String group : groups) {
                mapping
                    .get(group)
                    .mapping(
                        inner -> {
                          readGroup(group, inner, values, documents);
                          return true;
                        });
              }
              mapping.get(KAFKA).mapping(inner -> readKafka(inner, kafka));
              return true;
            })
        .orElse(false);
  }

  private static void readGroup(
      String group,
      MappingReader mapping,
      Map<Setting<?>, Object> values,
      Map<String, String> documents) {
    for (Setting<?> setting : Settings.all()) {
      if (setting.group().equals(group)) {
        Node node = mapping.get(setting.key());
        if (node.present()) {
          values.put(setting, setting.reader().apply(node));
          if (Settings.ofFleet().contains(setting)) {
            documents.put(setting.path(), json(node));
          }
        }
      }
    }
  }

  private static String json(Node node) {
    try {
      return JSON.writeValueAsString(node.plain());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(node.path() + " (expected: a value)", e);
    }
  }

  private static boolean readKafka(MappingReader mapping, Map<String, String> kafka) {
    for (String key : mapping.keys()) {
      kafka.put(key, mapping.get(key).text());
    }
    return true;
  }

  /** Settings from environment variables. */
  private record Environment(Map<String, String> variables) {
    void override(
        Map<Setting<?>, Object> values,
        Map<String, String> documents,
        Map<String, String> kafka,
        List<String> faults) {
      Map<String, Setting<?>> byVariable = new HashMap<>();
      Settings.all().forEach(setting -> byVariable.put(setting.variable(), setting));
      variables.forEach(
          (name, value) -> {
            if (name.startsWith(KAFKA_PREFIX) && !isForOthers(name)) {
              String property = name.substring(KAFKA_PREFIX.length());
              kafka.put(property.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            } else if (byVariable.containsKey(name)) {
              read(byVariable.get(name), value, values, documents, faults);
            } else if (name.startsWith(PREFIX) && !isForOthers(name)) {
              faults.add(name + ": [hidden] (expected: the variable of a known setting)");
            }
          });
    }

    /**
     * Variables of the log configuration, of the launcher, and of Kubernetes services named
     * tailrace.
     */
    private static boolean isForOthers(String name) {
      return name.equals(PREFIX + "LOG_LEVEL")
          || name.equals(PREFIX + "LOG_FORMAT")
          || name.equals(KAFKA_PREFIX + "LOG_LEVEL")
          || name.equals(PREFIX + "JAVA_OPTS")
          || name.startsWith(PREFIX + "SERVICE_")
          || name.equals(PREFIX + "PORT")
          || name.startsWith(PREFIX + "PORT_")
          || name.startsWith(PREFIX + "GATEWAY_SERVICE_")
          || name.equals(PREFIX + "GATEWAY_PORT")
          || name.startsWith(PREFIX + "GATEWAY_PORT_");
    }

    /** Reads an untyped variable: as text if the setting accepts text, otherwise as YAML. */
    private static void read(
        Setting<?> setting,
        String value,
        Map<Setting<?>, Object> values,
        Map<String, String> documents,
        List<String> faults) {
      Validation<Seq<Fault>, ?> text = parse(setting, quoted(value));
      boolean isPlain = text.isInvalid() && PLAIN.matcher(value).matches();
      Validation<Seq<Fault>, ?> read = isPlain ? parse(setting, value) : text;
      if (read.isValid()) {
        values.put(setting, read.get());
        if (Settings.ofFleet().contains(setting)) {
          documents.put(setting.path(), isPlain ? value : quoted(value));
        }
        return;
      }
      for (Fault fault : read.getError()) {
        faults.add(
            "%s: %s (expected: %s)"
                .formatted(
                    setting.variable(),
                    Settings.isSecret(setting.path()) ? "[hidden]" : fault.value(),
                    fault.expected()));
      }
    }

    private static <T> Validation<Seq<Fault>, T> parse(Setting<T> setting, String document) {
      return Document.read(document, node -> setting.reader().apply(node));
    }

    private static String quoted(String value) {
      return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
  }
}
