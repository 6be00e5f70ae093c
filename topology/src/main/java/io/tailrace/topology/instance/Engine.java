package io.tailrace.topology.instance;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tailrace.topology.buffer.BufferLimits;
import io.tailrace.topology.buffer.RocksResources;
import io.tailrace.topology.config.IngestMode;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.config.TopicNames;
import io.tailrace.topology.console.Access;
import io.tailrace.topology.console.Console;
import io.tailrace.topology.console.ConsoleFault;
import io.tailrace.topology.console.ConsoleInstance;
import io.tailrace.topology.console.ConsolePolicies;
import io.tailrace.topology.console.ConsoleStatus;
import io.tailrace.topology.console.ConsoleTraces;
import io.tailrace.topology.console.Jobs;
import io.tailrace.topology.console.MeterHistory;
import io.tailrace.topology.console.Neighbours;
import io.tailrace.topology.fleet.ConfiguredWaits;
import io.tailrace.topology.fleet.IngestLookup;
import io.tailrace.topology.fleet.IngestWatch;
import io.tailrace.topology.fleet.InstanceState;
import io.tailrace.topology.fleet.InstanceStatus;
import io.tailrace.topology.fleet.PolicyTopic;
import io.tailrace.topology.fleet.Reporter;
import io.tailrace.topology.fleet.ReporterMetrics;
import io.tailrace.topology.kafka.BackgroundLoops;
import io.tailrace.topology.kafka.BoundedTimestamps;
import io.tailrace.topology.kafka.BrokerWait;
import io.tailrace.topology.kafka.ChangedPartitions;
import io.tailrace.topology.kafka.ClientProperties;
import io.tailrace.topology.kafka.EndOffsets;
import io.tailrace.topology.kafka.KafkaFaults;
import io.tailrace.topology.kafka.KeepAccess;
import io.tailrace.topology.kafka.LostTransactions;
import io.tailrace.topology.kafka.MainConsumers;
import io.tailrace.topology.kafka.PartitionOfTrace;
import io.tailrace.topology.kafka.RecordLimits;
import io.tailrace.topology.kafka.ReportTopics;
import io.tailrace.topology.kafka.SourceOffsets;
import io.tailrace.topology.kafka.TopicWatch;
import io.tailrace.topology.kafka.Topics;
import io.tailrace.topology.keep.KeepRequests;
import io.tailrace.topology.keep.KeepTopic;
import io.tailrace.topology.keep.LogSearch;
import io.tailrace.topology.meters.PolicyMeters;
import io.tailrace.topology.meters.SamplerMetrics;
import io.tailrace.topology.operations.Operations;
import io.tailrace.topology.sampling.WaitRules;
import io.tailrace.topology.streams.KafkaRestartPoints;
import io.tailrace.topology.streams.KeepServices;
import io.tailrace.topology.streams.KeyPartitioning;
import io.tailrace.topology.streams.SamplerSettings;
import io.tailrace.topology.streams.SamplerTopology;
import io.tailrace.topology.streams.StoreNames;
import io.tailrace.topology.streams.StoreResources;
import io.tailrace.topology.streams.TaskServices;
import io.tailrace.topology.streams.TraceQuestions;
import io.tailrace.topology.streams.VerdictLedger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Instance of Tailrace, from {@link #start} to {@link #close}. Thread-safe. */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration LONGEST_JOB = Duration.ofMinutes(5);

  private final PrometheusRegistry served = new PrometheusRegistry();
  private final PrometheusMeterRegistry prometheus =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, served, Clock.SYSTEM);
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final OwnedResources resources = new OwnedResources();
  private final MeterRegistry registry;
  private final KafkaStreams streams;
  private final AssignmentWatch assignment;
  private final RecordLimits limits;
  private final @Nullable AdminServer adminServer;
  private final BrokerWait brokers;
  private boolean closed;
  private boolean threadsLeft;

  /**
   * Starts an instance: waits for Kafka, creates or checks topics, reads policies, and joins the
   * fleet. Opens the admin port first. Returns after the start, before the instance has caught up.
   *
   * @throws StartException if the start fails; the message says how to correct it
   */
  public static Engine start(TailraceConfig config) {
    return new Engine(config);
  }

  private Engine(TailraceConfig configured) {
    brokers = new BrokerWait(configured.bootstrapServers());
    try {
      StateDir.ensureWritable(configured.get(Settings.STATE_DIR));
      BufferLimits bufferLimits = bufferLimits(configured);
      bufferLimits.ensureFits(Runtime.getRuntime().maxMemory());
      InstantSource wallClock = InstantSource.system();
      ClientProperties clients = new ClientProperties(configured);
      String instance = clients.newInstance();
      RocksResources rocks = rocks(configured);
      OwnTelemetry telemetry = // closed after everything it measures except native memory
          resources.own(OwnTelemetry.ofInstance(configured, instance));
      registry = telemetry.beside(prometheus);
      registry.config().meterFilter(RuntimeMetrics.telling());
      PolicyMeters.bounded().forEach(registry.config()::meterFilter);
      adminServer = startAdminServer(configured); // reports the wait for Kafka
      Admin admin = resources.own(brokers.contact(clients));
      TailraceConfig config =
          brokers.untilAnswered(() -> new IngestLookup(admin, configured).forInstance());
      Topics.Source source = brokers.untilAnswered(() -> new Topics(admin, config).ensure());
      String self = adminServer == null ? "" : AdminAddress.of(config, adminServer.port());
      InstanceState instanceState = instanceState(config, instance, self);
      SamplerMetrics samplerMetrics = new SamplerMetrics(registry, wallClock);
      Operations operations =
          Operations.of(
              config.get(Settings.OPERATIONS_BY),
              config.get(Settings.OPERATIONS_MAX),
              wallClock,
              served,
              telemetry::beside);
      Reporter reporter =
          resources.own(
              reporter(
                  clients, new Topics(admin, config), instanceState, instance, samplerMetrics));
      reporter.start();
      PolicyTopic policies =
          resources.own(
              PolicyTopic.of(config, clients.policyConsumer(), source, registry, reporter));
      policies.start();
      RuntimeMetrics runtime = resources.own(new RuntimeMetrics(registry));
      runtime.bindProcess();
      runtime.bindDisk(config.get(Settings.STATE_DIR));
      runtime.bindRocks(rocks);
      runtime.bindRetention(source.retention());
      SourceOffsets offsets = new SourceOffsets(registry);
      MainConsumers consumers = new MainConsumers(offsets);
      TraceQuestions questions = new TraceQuestions();
      IsolationLevel isolation =
          config.get(Settings.EXACTLY_ONCE)
              ? IsolationLevel.READ_COMMITTED
              : IsolationLevel.READ_UNCOMMITTED;
      long idleAfter = config.get(Settings.IDLE_AFTER).toMillis();
      BackgroundLoops loops = resources.own(new BackgroundLoops());
      EndOffsets endOffsets = new EndOffsets(admin, isolation, consumers, wallClock, idleAfter);
      endOffsets.start(loops);
      Optional<KeepServices> keeping = keeping(config, clients, admin, source);
      SamplerTopology topology =
          new SamplerTopology(
              config.topics(),
              SamplerSettings.of(config, source),
              new BoundedTimestamps(config.get(Settings.ALLOWED_SKEW).toMillis(), wallClock),
              new StoreResources(
                  rocks,
                  new KafkaRestartPoints(admin, config.get(Settings.APPLICATION_ID)),
                  offsets,
                  bufferLimits,
                  config.get(Settings.VERDICT_RETENTION).toMillis(),
                  VerdictLedger.topicConfig(config, source)),
              new TaskServices(
                  policies,
                  samplerMetrics,
                  operations,
                  endOffsets,
                  consumers,
                  new KeyPartitioning(source.partitions(), registry),
                  questions,
                  keeping,
                  telemetry.roundSinks()));
      Properties properties = clients.streams(instance);
      properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, self);
      limits = RecordLimits.of(properties, config.topics(), admin);
      limits.ask();
      properties.put(RecordLimits.CONFIG, limits);
      streams = new KafkaStreams(topology.get(), properties, consumers);
      runtime.bindStreams(streams);
      resources.own(this::stop);
      assignment =
          new AssignmentWatch(
              AssignmentWatch.asking(admin, config.get(Settings.APPLICATION_ID)),
              instance,
              source.partitionsOf(config),
              this::held);
      assignment.start(loops);
      RestoreMetrics restores = new RestoreMetrics(registry);
      streams.setGlobalStateRestoreListener(restores);
      streams.setUncaughtExceptionHandler(this::failed);
      streams.setStateListener(this::stateChanged);
      if (adminServer != null) {
        PartitionOfTrace partitions = PartitionOfTrace.of(config, source);
        TraceEndpoint traces =
            new TraceEndpoint(questions, partitions, config.sourceTopic(), self, this::instances);
        Access access = access(config);
        adminServer.serveTraces(access, traces::get);
        Supplier<InstanceStatus> status = () -> status(instanceState, samplerMetrics);
        Console console =
            resources.own(
                console(
                    config,
                    access,
                    self,
                    status,
                    new ConsoleInstance.OwnState(
                        samplerMetrics,
                        operations,
                        restores::progress,
                        config.get(Settings.STATE_DIR)),
                    ConfiguredWaits.rules(config, source)));
        console.start(loops);
        adminServer.serveConsole(console::handle);
      }
      streams.start();
      new TopicWatch(admin, neededTopics(config, keeping), this::cannotGoOn).start(loops);
      new IngestWatch(config.ingest(), () -> IngestLookup.topics(admin, config), registry)
          .start(loops);
    } catch (KafkaException e) {
      close();
      throw KafkaFaults.atStart(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Returns the meters of this instance. */
  public MeterRegistry metrics() {
    return prometheus;
  }

  /** Returns a future that completes with the cause if the instance must be closed. */
  public CompletableFuture<Throwable> failure() {
    return failure;
  }

  /**
   * Returns whether the assignment of the fleet is settled, and this instance has restored and
   * reads its partitions. It can have none.
   */
  public boolean isReady() {
    return assignment.unsettled().isEmpty();
  }

  /** Returns the port of {@code /metrics} and {@code /health}, or -1 for none. */
  public int adminPort() {
    return adminServer == null ? -1 : adminServer.port();
  }

  /** Commits, leaves the fleet and frees all resources within seconds. Decides no trace early. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    resources.close();
  }

  private RocksResources rocks(TailraceConfig config) {
    RocksResources rocks =
        new RocksResources(config.get(Settings.ROCKSDB_MEMORY), System::nanoTime);
    resources.own(
        () -> {
          if (!threadsLeft) { // they can still use the native memory
            rocks.close();
          }
        });
    return rocks;
  }

  private void stop() {
    threadsLeft = !streams.close(leaving());
    if (threadsLeft) {
      LOG.atError().log("not stopped after {}: abandoning its threads", CLOSE_TIMEOUT);
    }
  }

  private static BufferLimits bufferLimits(TailraceConfig config) {
    return new BufferLimits(
        config.get(Settings.CHUNK),
        config.get(Settings.HEAP_CHUNKS),
        config.get(Settings.WINDOW).toMillis());
  }

  private static List<String> neededTopics(TailraceConfig config, Optional<KeepServices> keeping) {
    TopicNames topics = config.topics();
    List<String> needed = new ArrayList<>();
    needed.addAll(config.ingest().names());
    if (config.ingestMode() == IngestMode.UNKEYED) {
      needed.add(topics.spansByTrace());
    }
    needed.add(topics.export());
    needed.add(topics.deadLetters());
    keeping.map(KeepServices::resultsTopic).ifPresent(needed::add);
    return needed;
  }

  private void cannotGoOn(String why) {
    LOG.atError().log("cannot continue: {}", why);
    failure.complete(new IllegalStateException(why));
  }

  /** Leaves the group, so that others take over before the session timeout. */
  private static CloseOptions leaving() {
    return CloseOptions.timeout(CLOSE_TIMEOUT)
        .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
  }

  private static InstanceState instanceState(TailraceConfig config, String instance, String self) {
    return new InstanceState(
        instance,
        InstanceState.host(),
        self,
        config.get(Settings.POLICIES_NAME),
        config.ingest().names(),
        config.ofFleet(),
        InstantSource.system());
  }

  private static InstanceStatus status(InstanceState state, SamplerMetrics metrics) {
    return state.status(metrics.startedTasks(), metrics.lowestVersion());
  }

  private Reporter reporter(
      ClientProperties clients,
      Topics topics,
      InstanceState state,
      String instance,
      SamplerMetrics metrics) {
    ReportTopics reportTopics = topics.ensureReports();
    return new Reporter(
        new KafkaProducer<>(
            clients.reportProducer(), new StringSerializer(), new ByteArraySerializer()),
        reportTopics,
        instance,
        state,
        () -> status(state, metrics),
        new ReporterMetrics(registry));
  }

  /** Returns the keep services, or empty if their topics are not usable. */
  private Optional<KeepServices> keeping(
      TailraceConfig config, ClientProperties clients, Admin admin, Topics.Source source) {
    KeepAccess access = new Topics(admin, config).ensureKeep(source);
    if (access == KeepAccess.NONE) {
      return Optional.empty();
    }
    KeepRequests requests = new KeepRequests();
    PartitionOfTrace partitions = PartitionOfTrace.of(config, source);
    String ledger =
        config.get(Settings.APPLICATION_ID) + "-" + StoreNames.VERDICT_LEDGER + "-changelog";
    LogSearch search =
        resources.own(
            new LogSearch(
                () -> new KafkaConsumer<>(clients.lookingConsumer()),
                config.sourceTopic(),
                ledger,
                partitions,
                config.get(Settings.VERDICT_RETENTION).toMillis()));
    search.start();
    KeepTopic topic =
        resources.own(
            new KeepTopic(
                new KafkaConsumer<>(clients.keepConsumer()),
                config.get(Settings.TOPIC_KEEP),
                requests));
    topic.start();
    return Optional.of(
        new KeepServices(
            requests,
            search,
            partitions,
            access == KeepAccess.SERVE_AND_REQUEST
                ? Optional.of(config.get(Settings.TOPIC_KEEP))
                : Optional.empty(),
            config.get(Settings.TOPIC_KEEP_RESULTS)));
  }

  private @Nullable AdminServer startAdminServer(TailraceConfig config) {
    int port = config.get(Settings.ADMIN_PORT);
    if (port < 0) {
      return null;
    }
    AdminServer server =
        resources.own(
            new AdminServer(
                config.get(Settings.ADMIN_HOST),
                port,
                Settings.ADMIN_PORT.path(),
                prometheus,
                this::live,
                this::ready));
    LOG.atInfo()
        .addKeyValue("host", config.get(Settings.ADMIN_HOST))
        .addKeyValue("port", server.port())
        .log("serving the console, /metrics, /health and /traces");
    return server;
  }

  private static Access access(TailraceConfig config) {
    return new Access(
        config.get(Settings.ADMIN_HOST),
        config.get(Settings.ADMIN_ADVERTISED_HOST),
        config.get(Settings.ADMIN_TOKEN));
  }

  private Console console(
      TailraceConfig config,
      Access access,
      String self,
      Supplier<InstanceStatus> status,
      ConsoleInstance.OwnState own,
      WaitRules rules) {
    InstantSource clock = InstantSource.system();
    MeterHistory history = new MeterHistory(prometheus, clock);
    ConsoleStatus statusTopic = new ConsoleStatus(config);
    ConsoleInstance instance =
        new ConsoleInstance(
            self, status, () -> state().toString(), own, streams::metrics, history, clock);
    return new Console(
        access,
        instance,
        new Neighbours(
            self, config.get(Settings.ADMIN_TOKEN), () -> addresses(statusTopic.addresses())),
        new ConsolePolicies(config, rules, statusTopic),
        new ConsoleTraces(config, self),
        new Jobs(
            LONGEST_JOB.toSeconds(),
            e -> e instanceof StartException || e instanceof ConsoleFault,
            System::nanoTime),
        history);
  }

  /**
   * Returns the addresses of the instances, as far as known: those that the group knows, and those
   * that instances have reported, which are there during a rebalance too.
   */
  private Set<String> addresses(List<String> reported) {
    Set<String> addresses = new TreeSet<>(reported);
    try {
      instances().forEach(instance -> addresses.add(instance.address()));
    } catch (IllegalStateException startingOrStopping) {
      return addresses;
    }
    return addresses;
  }

  /** Returns the instances with an admin port. */
  private List<TraceEndpoint.Instance> instances() {
    return streams.metadataForAllStreamsClients().stream()
        .filter(client -> client.hostInfo().port() > 0)
        .map(
            client ->
                new TraceEndpoint.Instance(
                    AdminAddress.of(client.hostInfo()), client.topicPartitions()))
        .toList();
  }

  /** Returns the state. Kafka Streams start after the admin server, whose port they advertise. */
  private KafkaStreams.State state() {
    return streams == null ? KafkaStreams.State.CREATED : streams.state();
  }

  private AdminServer.Health live() {
    KafkaStreams.State state = state();
    return new AdminServer.Health(!state.hasStartedOrFinishedShuttingDown(), state.toString());
  }

  private AdminServer.Health ready() {
    if (assignment == null) {
      return new AdminServer.Health(false, brokers.pending().orElse("starting"));
    }
    Optional<String> unsettled = assignment.unsettled();
    return new AdminServer.Health(
        unsettled.isEmpty(), unsettled.orElseGet(() -> state().toString()));
  }

  /** Returns the partitions of the tasks of this instance. */
  private Set<TopicPartition> held() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .collect(Collectors.toSet());
  }

  private StreamThreadExceptionResponse failed(Throwable cause) {
    if (LostTransactions.isCauseOf(cause)) {
      LOG.warn("the broker aborted a transaction: restarting from the last commit");
      LOG.debug("the transaction that the broker aborted", cause);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    if (limits.isMendedBy(cause)) {
      limits.ask();
      LOG.atWarn()
          .log(
              "{}; restarting from the last commit, spans that are too large become dead letters",
              limits.lastRefusal());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    KafkaFaults.explain(cause)
        .or(() -> StateDir.explain(cause))
        .or(() -> limits.explain(cause))
        .or(() -> ChangedPartitions.explain(cause))
        .ifPresentOrElse(
            this::cannotGoOn,
            () -> {
              LOG.atError().setCause(cause).log("cannot continue");
              failure.complete(cause);
            });
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void stateChanged(KafkaStreams.State now, KafkaStreams.State before) {
    LOG.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("state");
    assignment.changed(now);
    if (now == KafkaStreams.State.ERROR) {
      failure.complete(new IllegalStateException("Kafka Streams is in state ERROR"));
    }
  }
}
