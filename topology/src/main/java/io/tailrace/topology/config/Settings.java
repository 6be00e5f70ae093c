package io.tailrace.topology.config;

import io.tailrace.policies.document.Node;
import io.tailrace.serdes.Encoding;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All settings but the {@code kafka.*} ones, which are passed through. */
public final class Settings {
  private static final List<Setting<?>> ALL = new ArrayList<>();
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final long MAX_SMALL_SIZE = 1 << 30; // an array must hold it
  private static final Map<String, Long> UNITS =
      Map.of("", 1L, "KiB", KIB, "MiB", MIB, "GiB", KIB * MIB);
  private static final Pattern TOKEN = Pattern.compile("[!-~]{16,512}");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12}) ?(|KiB|MiB|GiB)");

  public static final Setting<String> APPLICATION_ID =
      text(
          "application_id",
          "tailrace",
          "Name of the fleet: consumer group and prefix of its topics");
  public static final Setting<Path> STATE_DIR =
      add(
          "state_dir",
          Path.of("tailrace-state"),
          "tailrace-state",
          node -> readPath(node).orElse(null),
          "Directory for open traces; each instance its own; may be lost");
  public static final Setting<Integer> THREADS =
      integer(
          "threads",
          1,
          256,
          Runtime.getRuntime().availableProcessors(),
          "number of cores",
          "Stream threads of this instance");
  public static final Setting<Boolean> EXACTLY_ONCE =
      choice(
          "processing_guarantee",
          guarantees(),
          true,
          "exactly_once",
          "`exactly_once` or `at_least_once`; see the guarantees");
  public static final Setting<Duration> COMMIT_INTERVAL =
      duration("commit_interval", Duration.ofSeconds(1), "1s", "How often results become visible");

  public static final Setting<IngestMode> INGEST_MODE =
      choice(
          "ingest.mode",
          modes(),
          IngestMode.UNKEYED,
          "unkeyed",
          "`unkeyed`: split and shuffle by trace id; `keyed`: the producer keys by trace id");
  static final Setting<Encoding> INGEST_ENCODING =
      choice(
          "ingest.encoding",
          encodings(Encoding.values()),
          Encoding.OTLP_PROTO,
          "otlp_proto",
          "Of the ingest topics without one of their own: `otlp_proto`, `otlp_json`, `jaeger_proto`,"
              + " `jaeger_json` or `zipkin_json`");
  public static final Setting<Duration> ALLOWED_SKEW =
      duration(
          "ingest.allowed_clock_skew",
          Duration.ofMinutes(1),
          "1m",
          "Record times further ahead of the clock are cut to that");
  public static final Setting<Duration> IDLE_AFTER =
      duration(
          "ingest.idle_after",
          Duration.ofSeconds(2),
          "2s",
          "A partition read to its end and quiet for so long moves on with the clock");

  public static final Setting<Encoding> EXPORT_ENCODING =
      choice(
          "export.encoding",
          encodings(Encoding.OTLP_PROTO, Encoding.OTLP_JSON),
          Encoding.OTLP_PROTO,
          "otlp_proto",
          "Of kept traces: `otlp_proto` or `otlp_json`");

  public static final Setting<Optional<String>> SAMPLE_RATE_ATTRIBUTE =
      add(
          "export.sample_rate_attribute",
          Optional.empty(),
          "none",
          node -> Optional.of(node.string()),
          "Span attribute for the number of traces that a kept trace stands for, such as"
              + " `SampleRate` for Honeycomb; none: not written");
  public static final Setting<Boolean> RECORD_POLICY =
      add(
          "export.record_policy",
          false,
          "false",
          node -> node.bool(false),
          "Write the deciding policy into the scopes of kept spans, as `tailsampling.policy` and"
              + " `tailsampling.composite_policy`");

  public static final Setting<Duration> DECISION_WAIT =
      duration(
          "decision_wait",
          Duration.ofSeconds(30),
          "30s",
          "From a trace's first span to its decision, unless the policies say otherwise");
  public static final Setting<Optional<Duration>> DECISION_WAIT_AFTER_ROOT =
      add(
          "decision_wait_after_root_received",
          Optional.empty(),
          "none",
          Node::positiveDuration,
          "From a trace's root span to its decision, if that is sooner");
  public static final Setting<Duration> VERDICT_RETENTION =
      duration(
          "verdict_retention",
          Duration.ofMinutes(10),
          "10m",
          "How long late spans follow the verdict");

  public static final Setting<String> POLICIES_NAME =
      text("policies.name", "default", "Key of the policy set in the config topic");
  public static final Setting<Optional<Path>> POLICIES_BOOTSTRAP =
      add(
          "policies.bootstrap",
          Optional.empty(),
          "none",
          Settings::readPath,
          "File with the policy set that holds before any document; `${env:NAME}` in it is expanded;"
              + " none: errors, slower than 1s, 10 % of the rest");
  public static final Setting<Duration> POLICIES_ACTIVATION_DELAY =
      duration(
          "policies.activation_delay",
          Duration.ofMillis(500),
          "500ms",
          "From a document's record time to when all instances apply it");

  static final Setting<Map<String, Optional<Encoding>>> TOPIC_INGEST =
      add(
          "topics.ingest",
          IngestSetting.absent(),
          "otlp_spans",
          IngestSetting::read,
          "Spans in; several topics between commas, with encodings if they differ, by name or pattern: `a,"
              + " b=zipkin_json, ^c_.*`");
  static final Setting<String> TOPIC_SPANS_BY_TRACE =
      text("topics.spans_by_trace", "tailrace_spans_by_trace", "The shuffle of unkeyed mode");
  static final Setting<String> TOPIC_POLICIES =
      text("topics.policies", "tailrace_policies", "The config topic");
  static final Setting<String> TOPIC_EXPORT =
      text("topics.export", "otlp_spans_sampled", "Kept traces out");
  static final Setting<String> TOPIC_DEAD_LETTERS =
      text("topics.dead_letters", "tailrace_dead_letters", "What could not be read");
  static final Setting<Optional<String>> TOPIC_DECISIONS =
      add(
          "topics.decisions",
          Optional.empty(),
          "none",
          node -> Optional.of(node.string()),
          "A JSON record for each verdict, kept or not; none: not written");
  public static final Setting<String> TOPIC_POLICY_HISTORY =
      text("topics.policy_history", "tailrace_policy_history", "Every version of the policies");
  public static final Setting<String> TOPIC_STATUS =
      text("topics.status", "tailrace_status", "What each instance applies or has refused");
  public static final Setting<String> TOPIC_KEEP =
      text("topics.keep", "tailrace_keep", "Requests to keep traces");
  public static final Setting<String> TOPIC_KEEP_RESULTS =
      text("topics.keep_results", "tailrace_keep_results", "What became of these requests");
  public static final Setting<Boolean> TOPICS_CREATE =
      add("topics.create", true, "true", node -> node.bool(true), "Create missing topics");
  public static final Setting<Integer> TOPICS_PARTITIONS =
      integer("topics.partitions", 1, 10_000, 12, "12", "Partitions of created topics");
  public static final Setting<Integer> TOPICS_REPLICATION =
      integer(
          "topics.replication_factor",
          -1,
          100,
          -1,
          "-1, the broker's default",
          "Replication factor of created topics");
  public static final Setting<Duration> TOPICS_RETENTION =
      duration("topics.retention", Duration.ofHours(24), "24h", "Retention of created topics");

  public static final Setting<Integer> MAX_SPANS_PER_TRACE =
      integer(
          "limits.spans_per_trace",
          1,
          Integer.MAX_VALUE,
          100_000,
          "100000",
          "A trace of so many spans is decided at once; its further spans are late");
  public static final Setting<Long> MAX_BYTES_PER_TRACE =
      size(
          "limits.bytes_per_trace",
          64 * MIB,
          "64MiB",
          "A trace of so many bytes is decided at once; its further spans are late");
  public static final Setting<Long> MAX_BYTES_PER_TASK =
      size(
          "limits.bytes_per_task",
          16 * KIB * MIB,
          "16GiB",
          "Above so many buffered bytes of a partition its oldest traces are decided at once");
  public static final Setting<Integer> MAX_TRACES_PER_TASK =
      integer(
          "limits.traces_per_task",
          1,
          Integer.MAX_VALUE,
          2_000_000,
          "2000000",
          "Above so many open traces of a partition its oldest are decided at once");
  public static final Setting<Integer> MAX_EXPORT_RECORD =
      smallSize(
          "limits.export_record",
          900 * KIB,
          "900KiB",
          "A kept trace above it goes out as several records of the same key");

  public static final Setting<Long> HEAP_CHUNKS =
      size(
          "buffer.heap",
          Runtime.getRuntime().maxMemory() / 5 * 2,
          "two fifths of the heap",
          "Span bytes on the heap before they go to disk");
  public static final Setting<Integer> CHUNK =
      smallSize(
          "buffer.chunk", 64 * KIB, "64KiB", "A trace with so many on the heap is written to disk");
  public static final Setting<Long> ROCKSDB_MEMORY =
      size(
          "buffer.rocksdb_memory", 256 * MIB, "256MiB", "Write buffers and block cache of RocksDB");
  public static final Setting<Duration> WINDOW =
      duration(
          "buffer.window",
          Duration.ofSeconds(10),
          "10s",
          "Time covered by one window on disk, more in a catch-up on a slow disk; windows are dropped"
              + " whole");

  public static final Setting<String> ADMIN_HOST =
      text(
          "admin.host", "127.0.0.1", "Address of the console, `/metrics`, `/health` and `/traces`");
  public static final Setting<Integer> ADMIN_PORT =
      integer("admin.port", -1, 65_535, 9095, "9095", "Its port; 0: any free one, -1: none");
  public static final Setting<Optional<String>> ADMIN_ADVERTISED_HOST =
      add(
          "admin.advertised_host",
          Optional.empty(),
          "`admin.host`, or the machine's name if that is 0.0.0.0",
          node -> Optional.of(node.string()),
          "Where instances find each other, and send askers of `/traces` that have another's trace in mind");
  public static final Setting<Optional<String>> ADMIN_TOKEN =
      add(
          "admin.token",
          Optional.empty(),
          "none",
          Settings::readToken,
          "Secret, the same for all instances, that the console and `/traces` ask for; none: no console unless `admin.host` is a loopback address");

  public static final Setting<String> GATEWAY_HOST =
      text("gateway.host", "127.0.0.1", "Address that `tailrace gateway` receives OTLP on");
  public static final Setting<Integer> GATEWAY_GRPC_PORT =
      integer("gateway.grpc_port", -1, 65_535, 4317, "4317", "By gRPC; 0: any free one, -1: none");
  public static final Setting<Integer> GATEWAY_HTTP_PORT =
      integer("gateway.http_port", -1, 65_535, 4318, "4318", "By HTTP; 0: any free one, -1: none");
  public static final Setting<Integer> GATEWAY_ADMIN_PORT =
      integer(
          "gateway.admin_port",
          -1,
          65_535,
          9096,
          "9096",
          "Its `/metrics` and `/health`, on `admin.host`; 0: any free one, -1: none");
  public static final Setting<Optional<Path>> GATEWAY_TLS_CERT =
      add(
          "gateway.tls_cert",
          Optional.empty(),
          "none",
          Settings::readPath,
          "File with its certificate chain, PEM; none: no TLS");
  public static final Setting<Optional<Path>> GATEWAY_TLS_KEY =
      add(
          "gateway.tls_key",
          Optional.empty(),
          "none",
          Settings::readPath,
          "File with the private key of that, PKCS#8 in PEM");
  public static final Setting<Integer> GATEWAY_MAX_REQUEST =
      smallSize(
          "gateway.max_request",
          16 * MIB,
          "16MiB",
          "Larger requests are refused, as they come or unpacked");
  public static final Setting<Long> GATEWAY_IN_FLIGHT =
      size(
          "gateway.in_flight",
          Math.min(64 * MIB, Runtime.getRuntime().maxMemory() / 8),
          "64MiB, at most an eighth of the heap",
          "While so much waits for Kafka's acknowledgement senders are told to try again later");
  public static final Setting<Duration> GATEWAY_TIMEOUT =
      duration(
          "gateway.timeout",
          Duration.ofSeconds(8),
          "8s",
          "A request that Kafka has not acknowledged by then is answered so; exporters wait 10s");

  public static final Setting<Optional<URI>> TELEMETRY_ENDPOINT =
      add(
          "telemetry.endpoint",
          Optional.empty(),
          "none",
          TelemetrySettings::readEndpoint,
          "Base URL of an OTLP/HTTP receiver of own metrics and due rounds, such as http://collector:4318; none: not sent");
  public static final Setting<Map<String, String>> TELEMETRY_HEADERS =
      add(
          "telemetry.headers",
          Map.of(),
          "none",
          TelemetrySettings::readHeaders,
          "Secret, sent with each request there: `authorization=Bearer abc, x-tenant=shop`");
  public static final Setting<Duration> TELEMETRY_INTERVAL =
      duration(
          "telemetry.interval", Duration.ofMinutes(1), "1m", "How often metrics are sent there");
  public static final Setting<String> TELEMETRY_SERVICE =
      text(
          "telemetry.service_name",
          "tailrace",
          "What `service.name` says there; of gateways with `-gateway` after it");

  private Settings() {}

  public static List<Setting<?>> all() {
    return List.copyOf(ALL);
  }

  /** Whether no message may tell its value. */
  static boolean isSecret(String path) {
    return path.equals(ADMIN_TOKEN.path())
        || path.equals(TELEMETRY_HEADERS.path())
        || path.equals(TELEMETRY_ENDPOINT.path()); // if it is refused, it may be for a login in it
  }

  /** The settings that name a topic. */
  public static List<Setting<?>> topicNames() {
    return List.of(
        TOPIC_INGEST,
        TOPIC_SPANS_BY_TRACE,
        TOPIC_POLICIES,
        TOPIC_EXPORT,
        TOPIC_DEAD_LETTERS,
        TOPIC_DECISIONS,
        TOPIC_POLICY_HISTORY,
        TOPIC_STATUS,
        TOPIC_KEEP,
        TOPIC_KEEP_RESULTS);
  }

  private static <T> Setting<T> add(
      String path, T absent, String shown, Function<Node, T> reader, String meaning) {
    Setting<T> setting = new Setting<>(path, absent, shown, reader, meaning);
    ALL.add(setting);
    return setting;
  }

  private static Setting<String> text(String path, String absent, String meaning) {
    return add(path, absent, absent, Node::string, meaning);
  }

  private static Setting<Integer> integer(
      String path, int min, int max, int absent, String shown, String meaning) {
    return add(path, absent, shown, node -> (int) node.integer(min, max), meaning);
  }

  private static Setting<Duration> duration(
      String path, Duration absent, String shown, String meaning) {
    return add(path, absent, shown, node -> node.positiveDuration().orElse(absent), meaning);
  }

  private static <T> Setting<T> choice(
      String path, Map<String, T> choices, T absent, String shown, String meaning) {
    return add(path, absent, shown, node -> node.oneOf(choices).orElse(absent), meaning);
  }

  private static Setting<Long> size(String path, long absent, String shown, String meaning) {
    return add(path, absent, shown, node -> readSize(node, absent), meaning);
  }

  private static Setting<Integer> smallSize(
      String path, long absent, String shown, String meaning) {
    return add(path, (int) absent, shown, node -> readSmallSize(node, (int) absent), meaning);
  }

  private static Optional<String> readToken(Node node) {
    String text = node.string();
    return TOKEN.matcher(text).matches()
        ? Optional.of(text)
        : node.fault("16 to 512 printable characters without a space", Optional.empty());
  }

  private static Optional<Path> readPath(Node node) {
    String text = node.string();
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return node.fault("a path", Optional.empty());
    }
  }

  private static int readSmallSize(Node node, int absent) {
    long bytes = readSize(node, absent);
    return bytes <= MAX_SMALL_SIZE ? (int) bytes : node.fault("a size of at most 1GiB", absent);
  }

  private static long readSize(Node node, long absent) {
    return parseSize(node.text()).orElseGet(() -> node.fault("a size such as 64MiB", absent));
  }

  /** Bytes; empty if it is no size above 0 and below 8EiB. */
  public static Optional<Long> parseSize(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(size.group(1));
    long unit = UNITS.get(size.group(2));
    return number == 0 || number > Long.MAX_VALUE / unit
        ? Optional.empty()
        : Optional.of(number * unit);
  }

  private static Map<String, Boolean> guarantees() {
    return ordered("exactly_once", "at_least_once");
  }

  private static Map<String, IngestMode> modes() {
    Map<String, IngestMode> choices = new LinkedHashMap<>();
    for (IngestMode mode : IngestMode.values()) {
      choices.put(mode.label(), mode);
    }
    return choices;
  }

  private static Map<String, Encoding> encodings(Encoding... encodings) {
    Map<String, Encoding> choices = new LinkedHashMap<>();
    for (Encoding encoding : encodings) {
      choices.put(encoding.label(), encoding);
    }
    return choices;
  }

  private static Map<String, Boolean> ordered(String yes, String no) {
    Map<String, Boolean> choices = new LinkedHashMap<>();
    choices.put(yes, true);
    choices.put(no, false);
    return choices;
  }
}
