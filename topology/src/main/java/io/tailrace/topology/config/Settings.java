package io.tailrace.topology.config;

import io.tailrace.policies.document.Node;
import io.tailrace.policies.fingerprint.Selector;
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

/** All settings except {@code kafka.*}, which are passed to the Kafka clients. */
public final class Settings {
  private static final List<Setting<?>> ALL = new ArrayList<>();
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final long MAX_SMALL_SIZE = 1 << 30; // must fit into an array
  private static final Map<String, Long> UNITS =
      Map.of("", 1L, "KiB", KIB, "MiB", MIB, "GiB", KIB * MIB);
  private static final Pattern TOKEN = Pattern.compile("[!-~]{16,512}");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12}) ?(|KiB|MiB|GiB)");

  public static final Setting<String> APPLICATION_ID =
      text(
          "application_id",
          "tailrace",
          "Name of the fleet. Used as consumer group and as prefix of internal topics");
  public static final Setting<Path> STATE_DIR =
      add(
          "state_dir",
          Path.of("tailrace-state"),
          "tailrace-state",
          node -> readPath(node).orElse(null),
          "Directory for open traces, one per instance. Its content can be lost");
  public static final Setting<Integer> THREADS =
      integer(
          "threads",
          1,
          256,
          Runtime.getRuntime().availableProcessors(),
          "number of cores",
          "Number of stream threads of this instance");
  public static final Setting<Boolean> EXACTLY_ONCE =
      choice(
          "processing_guarantee",
          guarantees(),
          true,
          "exactly_once",
          "`exactly_once` or `at_least_once`; see docs/guarantees.md");
  public static final Setting<Duration> COMMIT_INTERVAL =
      duration(
          "commit_interval",
          Duration.ofSeconds(1),
          "1s",
          "Interval of commits, after which results become visible");

  public static final Setting<IngestMode> INGEST_MODE =
      choice(
          "ingest.mode",
          modes(),
          IngestMode.UNKEYED,
          "unkeyed",
          "`unkeyed`: Tailrace shuffles spans by trace ID. `keyed`: producers key records by trace ID");
  static final Setting<Encoding> INGEST_ENCODING =
      choice(
          "ingest.encoding",
          encodings(Encoding.values()),
          Encoding.OTLP_PROTO,
          "otlp_proto",
          "Encoding of ingest topics without their own: `otlp_proto`, `otlp_json`, `jaeger_proto`,"
              + " `jaeger_json` or `zipkin_json`");
  public static final Setting<Duration> ALLOWED_SKEW =
      duration(
          "ingest.allowed_clock_skew",
          Duration.ofMinutes(1),
          "1m",
          "Maximum time that a record timestamp can be ahead of the clock; later timestamps are reduced");
  public static final Setting<Duration> IDLE_AFTER =
      duration(
          "ingest.idle_after",
          Duration.ofSeconds(2),
          "2s",
          "Time after which a partition without new records advances with the wall clock");

  public static final Setting<Encoding> EXPORT_ENCODING =
      choice(
          "export.encoding",
          encodings(Encoding.OTLP_PROTO, Encoding.OTLP_JSON),
          Encoding.OTLP_PROTO,
          "otlp_proto",
          "Encoding of sampled traces: `otlp_proto` or `otlp_json`");

  public static final Setting<Optional<String>> SAMPLE_RATE_ATTRIBUTE =
      add(
          "export.sample_rate_attribute",
          Optional.empty(),
          "none",
          node -> Optional.of(node.string()),
          "Span attribute for the adjusted count of a trace, such as `SampleRate` for Honeycomb."
              + " none: disabled");
  public static final Setting<Boolean> RECORD_POLICY =
      add(
          "export.record_policy",
          false,
          "false",
          node -> node.bool(false),
          "Whether scopes carry the deciding policy as `tailsampling.policy` and"
              + " `tailsampling.composite_policy`");

  public static final Setting<Duration> DECISION_WAIT =
      duration(
          "decision_wait",
          Duration.ofSeconds(30),
          "30s",
          "Time from the first span of a trace to its decision, unless the policies set it");
  public static final Setting<Optional<Duration>> DECISION_WAIT_AFTER_ROOT =
      add(
          "decision_wait_after_root_received",
          Optional.empty(),
          "none",
          Node::positiveDuration,
          "Time from the root span of a trace to its decision, if that is sooner");
  public static final Setting<Duration> VERDICT_RETENTION =
      duration(
          "verdict_retention",
          Duration.ofMinutes(10),
          "10m",
          "Time for which late spans follow the verdict, or turn it");

  public static final Setting<String> POLICIES_NAME =
      text("policies.name", "default", "Key of the policy set in the config topic");
  public static final Setting<Optional<Path>> POLICIES_BOOTSTRAP =
      add(
          "policies.bootstrap",
          Optional.empty(),
          "none",
          Settings::readPath,
          "File with the policies that apply until the first publication; `${env:NAME}` is expanded."
              + " none: errors, traces above 1s, and 10 % of all others");
  public static final Setting<Duration> POLICIES_ACTIVATION_DELAY =
      duration(
          "policies.activation_delay",
          Duration.ofMillis(500),
          "500ms",
          "Time from the record timestamp of a document to its activation in all instances");

  static final Setting<Map<String, Optional<Encoding>>> TOPIC_INGEST =
      add(
          "topics.ingest",
          IngestSetting.absent(),
          "otlp_spans",
          IngestSetting::read,
          "Topics with incoming spans, separated by commas, with optional encodings and patterns: `a,"
              + " b=zipkin_json, ^c_.*`");
  static final Setting<String> TOPIC_SPANS_BY_TRACE =
      text("topics.spans_by_trace", "tailrace_spans_by_trace", "Shuffle topic of unkeyed mode");
  static final Setting<String> TOPIC_POLICIES =
      text("topics.policies", "tailrace_policies", "Topic with policy documents");
  public static final Setting<String> TOPIC_EXPORT =
      text("topics.export", "otlp_spans_sampled", "Topic for sampled traces");
  static final Setting<String> TOPIC_DEAD_LETTERS =
      text("topics.dead_letters", "tailrace_dead_letters", "Topic for unreadable records");
  static final Setting<Optional<String>> TOPIC_DECISIONS =
      add(
          "topics.decisions",
          Optional.empty(),
          "none",
          node -> Optional.of(node.string()),
          "Topic for a JSON record of each verdict. none: disabled");
  public static final Setting<String> TOPIC_POLICY_HISTORY =
      text(
          "topics.policy_history",
          "tailrace_policy_history",
          "Topic with all versions of the policies");
  public static final Setting<String> TOPIC_STATUS =
      text("topics.status", "tailrace_status", "Topic with the status of each instance");
  public static final Setting<String> TOPIC_KEEP =
      text("topics.keep", "tailrace_keep", "Topic for requests to keep traces");
  public static final Setting<String> TOPIC_KEEP_RESULTS =
      text(
          "topics.keep_results",
          "tailrace_keep_results",
          "Topic for the results of these requests");
  public static final Setting<Boolean> TOPICS_CREATE =
      add(
          "topics.create",
          true,
          "true",
          node -> node.bool(true),
          "Whether to create missing topics");
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
          "Maximum number of spans per trace. The trace is then decided; later spans are late");
  public static final Setting<Long> MAX_BYTES_PER_TRACE =
      size(
          "limits.bytes_per_trace",
          64 * MIB,
          "64MiB",
          "Maximum size of a trace. The trace is then decided; later spans are late");
  public static final Setting<Long> MAX_BYTES_PER_TASK =
      size(
          "limits.bytes_per_task",
          16 * KIB * MIB,
          "16GiB",
          "Maximum size of the open traces of a partition. The oldest are then decided");
  public static final Setting<Integer> MAX_TRACES_PER_TASK =
      integer(
          "limits.traces_per_task",
          1,
          Integer.MAX_VALUE,
          2_000_000,
          "2000000",
          "Maximum number of open traces of a partition. The oldest are then decided");
  public static final Setting<Integer> RECONSIDERED_PER_SECOND =
      integer(
          "limits.reconsidered_per_second",
          0,
          Integer.MAX_VALUE,
          10,
          "10",
          "Maximum number of traces per second and partition that are read back from the source topic"
              + " because a late span turned their verdict. Further ones stay dropped");
  public static final Setting<Integer> LINKED_PER_SECOND =
      integer(
          "limits.linked_per_second",
          0,
          Integer.MAX_VALUE,
          100,
          "100",
          "Maximum number of linked traces per second and partition that are requested because a"
              + " kept trace links to them (follow_links of a policy document). Further links are"
              + " not followed");
  public static final Setting<Optional<Selector>> LIMITS_GROUP_BY =
      add(
          "limits.group_by",
          Optional.empty(),
          "none",
          Settings::readGroupBy,
          "Attribute that groups traces, such as `resource.attributes[\"tenant.id\"]`. At a limit of a"
              + " partition, the oldest traces of the group with the most bytes are decided. none: the"
              + " oldest of all");
  public static final Setting<Integer> MAX_EXPORT_RECORD =
      smallSize(
          "limits.export_record",
          900 * KIB,
          "900KiB",
          "Maximum size of an exported record. Larger traces become several records with the same key");

  public static final Setting<Long> HEAP_CHUNKS =
      size(
          "buffer.heap",
          Runtime.getRuntime().maxMemory() / 5 * 2,
          "two fifths of the heap",
          "Maximum size of span bytes on the heap. More span bytes are written to disk");
  public static final Setting<Integer> CHUNK =
      smallSize(
          "buffer.chunk",
          64 * KIB,
          "64KiB",
          "Maximum span bytes of one trace on the heap. Larger traces are written to disk");
  public static final Setting<Long> ROCKSDB_MEMORY =
      size(
          "buffer.rocksdb_memory",
          256 * MIB,
          "256MiB",
          "Memory for write buffers and block cache of RocksDB");
  public static final Setting<Duration> WINDOW =
      duration(
          "buffer.window",
          Duration.ofSeconds(10),
          "10s",
          "Log time per window on disk; longer during a catch-up on a slow disk. Windows are dropped"
              + " as a whole");

  public static final Setting<String> ADMIN_HOST =
      text(
          "admin.host", "127.0.0.1", "Address of the console, `/metrics`, `/health` and `/traces`");
  public static final Setting<Integer> ADMIN_PORT =
      integer(
          "admin.port",
          -1,
          65_535,
          9095,
          "9095",
          "Port on `admin.host`. 0: any free port, -1: disabled");
  public static final Setting<Optional<String>> ADMIN_ADVERTISED_HOST =
      add(
          "admin.advertised_host",
          Optional.empty(),
          "`admin.host`, or the machine's name if that is 0.0.0.0",
          node -> Optional.of(node.string()),
          "Host advertised to other instances and to commands, and used in `/traces` redirects");
  public static final Setting<Optional<String>> ADMIN_TOKEN =
      add(
          "admin.token",
          Optional.empty(),
          "none",
          Settings::readToken,
          "Secret for access to the console and `/traces`, equal for all instances. none: console only if `admin.host` is a loopback address");

  public static final Setting<String> GATEWAY_HOST =
      text("gateway.host", "127.0.0.1", "Listen address of `tailrace gateway`");
  public static final Setting<Integer> GATEWAY_GRPC_PORT =
      integer(
          "gateway.grpc_port",
          -1,
          65_535,
          4317,
          "4317",
          "Port for OTLP/gRPC. 0: any free port, -1: disabled");
  public static final Setting<Integer> GATEWAY_HTTP_PORT =
      integer(
          "gateway.http_port",
          -1,
          65_535,
          4318,
          "4318",
          "Port for OTLP/HTTP. 0: any free port, -1: disabled");
  public static final Setting<Integer> GATEWAY_ADMIN_PORT =
      integer(
          "gateway.admin_port",
          -1,
          65_535,
          9096,
          "9096",
          "Port of the gateway for `/metrics` and `/health` on `admin.host`. 0: any free port, -1: disabled");
  public static final Setting<Optional<Path>> GATEWAY_TLS_CERT =
      add(
          "gateway.tls_cert",
          Optional.empty(),
          "none",
          Settings::readPath,
          "File with the certificate chain of the gateway, PEM. none: no TLS");
  public static final Setting<Optional<Path>> GATEWAY_TLS_KEY =
      add(
          "gateway.tls_key",
          Optional.empty(),
          "none",
          Settings::readPath,
          "File with the private key of the certificate, PKCS#8 in PEM");
  public static final Setting<Optional<Path>> GATEWAY_TLS_CLIENT_CA =
      add(
          "gateway.tls_client_ca",
          Optional.empty(),
          "none",
          Settings::readPath,
          "File with the CA certificates of senders, PEM. Senders then need a certificate. none: any sender");
  public static final Setting<List<String>> GATEWAY_TOKENS =
      add(
          "gateway.tokens",
          List.of(),
          "none",
          Settings::readTokens,
          "Secret. Requests need `authorization: Bearer TOKEN` with one of these. Several allow a change without a gap. none: any request");
  public static final Setting<Integer> GATEWAY_MAX_REQUEST =
      smallSize(
          "gateway.max_request",
          16 * MIB,
          "16MiB",
          "Maximum size of a request, before and after decompression");
  public static final Setting<Long> GATEWAY_IN_FLIGHT =
      size(
          "gateway.in_flight",
          Math.min(64 * MIB, Runtime.getRuntime().maxMemory() / 8),
          "64MiB, at most an eighth of the heap",
          "Maximum size of requests that wait for Kafka. More requests get an error with a retry time");
  public static final Setting<Duration> GATEWAY_TIMEOUT =
      duration(
          "gateway.timeout",
          Duration.ofSeconds(8),
          "8s",
          "Timeout after which a request fails if Kafka has not acknowledged it. Exporters wait 10s");

  public static final Setting<Optional<URI>> TELEMETRY_ENDPOINT =
      add(
          "telemetry.endpoint",
          Optional.empty(),
          "none",
          TelemetrySettings::readEndpoint,
          "Base URL of the OTLP/HTTP receiver for own metrics and spans, such as http://collector:4318. none: disabled");
  public static final Setting<Map<String, String>> TELEMETRY_HEADERS =
      add(
          "telemetry.headers",
          Map.of(),
          "none",
          TelemetrySettings::readHeaders,
          "Secret. Headers of requests to that receiver: `authorization=Bearer abc, x-tenant=shop`");
  public static final Setting<Duration> TELEMETRY_INTERVAL =
      duration(
          "telemetry.interval",
          Duration.ofMinutes(1),
          "1m",
          "Interval between exports of metrics to that receiver");
  public static final Setting<String> TELEMETRY_SERVICE =
      text(
          "telemetry.service_name",
          "tailrace",
          "`service.name` of exported metrics and spans. Gateways append `-gateway`");

  public static final Setting<OperationsBy> OPERATIONS_BY =
      choice(
          "operations.by",
          operations(),
          OperationsBy.ROOT,
          "root",
          "Spans whose calls, errors and durations are counted by operation: `root`, the root span of"
              + " each trace; `service`, the spans that enter a service; `off`");
  public static final Setting<Integer> OPERATIONS_MAX =
      integer(
          "operations.max",
          1,
          100_000,
          1_000,
          "1000",
          "Maximum number of operations of an instance with their own counts; others are `(other)`");

  private Settings() {}

  public static List<Setting<?>> all() {
    return List.copyOf(ALL);
  }

  /** Returns whether messages must not contain the value. */
  static boolean isSecret(String path) {
    return path.equals(ADMIN_TOKEN.path())
        || path.startsWith(GATEWAY_TOKENS.path()) // and its items
        || path.equals(TELEMETRY_HEADERS.path())
        || path.equals(TELEMETRY_ENDPOINT.path()); // an invalid URL may contain a login
  }

  /** Returns the settings that name topics. */
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

  /**
   * Returns the settings that decide which topics a fleet uses and what it keeps. They are equal in
   * all instances and contain no secret.
   */
  static List<Setting<?>> ofFleet() {
    List<Setting<?>> settings = new ArrayList<>(topicNames());
    settings.addAll(
        List.of(
            POLICIES_NAME,
            POLICIES_ACTIVATION_DELAY,
            INGEST_MODE,
            INGEST_ENCODING,
            ALLOWED_SKEW,
            IDLE_AFTER,
            DECISION_WAIT,
            DECISION_WAIT_AFTER_ROOT,
            VERDICT_RETENTION,
            MAX_SPANS_PER_TRACE,
            MAX_BYTES_PER_TRACE,
            MAX_BYTES_PER_TASK,
            MAX_TRACES_PER_TASK,
            RECONSIDERED_PER_SECOND,
            LINKED_PER_SECOND,
            LIMITS_GROUP_BY));
    return settings;
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

  private static List<String> readTokens(Node node) {
    return node.filledTexts().stream().flatMap(item -> readToken(item).stream()).toList();
  }

  private static Optional<Selector> readGroupBy(Node node) {
    List<Node> texts = node.filledTexts();
    if (texts.size() > 1) {
      return node.fault("one attribute", Optional.empty());
    }
    if (texts.isEmpty() || texts.get(0).string().isEmpty()) {
      return Optional.empty();
    }
    Optional<Selector> selector = Selector.parse(texts.get(0).string()).toJavaOptional();
    return selector.filter(Settings::isOfAnySpan).isPresent()
        ? selector
        : texts.get(0).fault("(resource|scope|span|any).attributes[\"key\"]", Optional.empty());
  }

  private static boolean isOfAnySpan(Selector selector) {
    return selector.source() != Selector.Source.TRACE_SHAPE && !selector.isOfRoot();
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

  /** Parses a size in bytes, above 0 and below 8EiB. Empty if invalid. */
  public static Optional<Long> parseSize(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(size.group(1));
    Long unit = UNITS.get(size.group(2));
    return unit == null || number == 0 || number > Long.MAX_VALUE / unit
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

  private static Map<String, OperationsBy> operations() {
    Map<String, OperationsBy> choices = new LinkedHashMap<>();
    for (OperationsBy by : OperationsBy.values()) {
      choices.put(by.label(), by);
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
