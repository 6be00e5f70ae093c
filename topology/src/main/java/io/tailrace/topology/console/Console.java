package io.tailrace.topology.console;

import com.sun.net.httpserver.HttpExchange;
import io.tailrace.serdes.TraceId;
import io.tailrace.topology.config.StartException;
import io.tailrace.topology.kafka.BackgroundLoops;
import io.tailrace.topology.kafka.KafkaFaults;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the page and its API below {@code /api/}. Slow requests run on separate threads, so that
 * instances that query each other cannot deadlock. Thread-safe.
 */
public final class Console implements AutoCloseable {
  static final String API = "/api/";
  private static final Logger LOG = LoggerFactory.getLogger(Console.class);
  private static final String INSTANCE = "/api/instance";
  private static final String OWN_VERDICTS = "/api/instance/verdicts";
  private static final String OWN_BUDGETS = "/api/instance/budgets";
  private static final String OWN_BURNS = "/api/instance/burns";
  private static final String OWN_OPERATIONS = "/api/instance/operations";
  private static final int THREADS = 4;
  private static final int MAX_WAITING = 32;

  private final Access access;
  private final ConsoleInstance instance;
  private final Neighbours neighbours;
  private final ConsolePolicies policies;
  private final ConsoleTraces traces;
  private final Jobs jobs;
  private final MeterHistory history;
  private final PageFiles files = new PageFiles();
  private final ThreadPoolExecutor workers =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(MAX_WAITING),
          daemons("tailrace-console"));

  public Console(
      Access access,
      ConsoleInstance instance,
      Neighbours neighbours,
      ConsolePolicies policies,
      ConsoleTraces traces,
      Jobs jobs,
      MeterHistory history) {
    this.access = access;
    this.instance = instance;
    this.neighbours = neighbours;
    this.policies = policies;
    this.traces = traces;
    this.jobs = jobs;
    this.history = history;
    workers.allowCoreThreadTimeOut(true);
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Keeps the history of the meters, and tidies up. */
  public void start(BackgroundLoops loops) {
    loops.start(
        "tailrace-console-history",
        Duration.ofMillis(history.untilNext()),
        () -> {
          tick();
          return Duration.ofMillis(history.untilNext());
        });
  }

  private void tick() {
    try {
      history.sample();
      jobs.stopOverdue();
      policies.tidy();
    } catch (RuntimeException e) { // the next step may succeed
      LOG.atWarn().setCause(e).log("cannot record a step for the console");
    }
  }

  /** Handles a request for the page or its data, possibly asynchronously. */
  public void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (!path.startsWith(API)) {
      page(exchange);
    } else if (isOfInstance(path) && exchange.getRequestMethod().equals("GET")) {
      answer(exchange);
    } else {
      try {
        workers.execute(() -> answer(exchange));
      } catch (RejectedExecutionException e) {
        try (exchange) {
          Replies.error(exchange, 503, "busy: too many requests to the console");
        }
      }
    }
  }

  /** Returns whether other instances wait for the answer. */
  private static boolean isOfInstance(String path) {
    return path.equals(INSTANCE)
        || path.equals(OWN_VERDICTS)
        || path.equals(OWN_BUDGETS)
        || path.equals(OWN_BURNS)
        || path.equals(OWN_OPERATIONS);
  }

  private void page(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<Access.Refusal> refused = access.toPage(exchange.getRequestHeaders());
      if (refused.isPresent()) {
        Replies.refuse(exchange, refused.get());
      } else if (isMethod(exchange, "GET", "HEAD")) {
        files.answer(exchange);
      }
    }
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      boolean isChange = exchange.getRequestMethod().equals("POST");
      Optional<Access.Refusal> refused =
          isChange
              ? access.toChange(exchange.getRequestHeaders())
              : access.toData(exchange.getRequestHeaders());
      if (refused.isPresent()) {
        Replies.refuse(exchange, refused.get());
      } else if (isMethod(exchange, "GET", "HEAD", "POST")) {
        try {
          Object told = isChange ? change(exchange) : told(exchange.getRequestURI());
          Replies.json(exchange, 200, told);
        } catch (ConsoleFault e) {
          Replies.error(exchange, e.status(), String.valueOf(e.getMessage()));
        } catch (StartException e) {
          Replies.error(exchange, 502, String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
          Replies.error(exchange, 502, KafkaFaults.explain(e).orElse(e.toString()));
        }
      }
    } catch (IOException gone) {
      LOG.atDebug().setCause(gone).log("client of the console disconnected");
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).log("console request failed");
    }
  }

  private static boolean isMethod(HttpExchange exchange, String... methods) throws IOException {
    for (String method : methods) {
      if (exchange.getRequestMethod().equals(method)) {
        return true;
      }
    }
    exchange.getResponseHeaders().set("Allow", String.join(", ", methods));
    exchange.sendResponseHeaders(405, -1);
    return false;
  }

  private Object told(URI uri) {
    String[] parts = uri.getPath().substring(API.length()).split("/", -1);
    return switch (parts.length == 1 ? parts[0] : parts[0] + "/" + (parts.length - 1)) {
      case "instance" -> instance.report();
      case "instance/1" -> ofInstance(parts[1]);
      case "fleet" -> neighbours.report(INSTANCE, instance.report());
      case "verdicts" -> neighbours.items(OWN_VERDICTS, instance.verdicts());
      case "budgets" -> neighbours.budgets(OWN_BUDGETS, instance.budgets());
      case "burns" -> neighbours.burns(OWN_BURNS, instance.burns());
      case "operations" ->
          neighbours.operations(
              OWN_OPERATIONS, instance.operations(), OperationsQuery.of(uri.getRawQuery()));
      case "status" -> policies.status();
      case "policies" -> policies.overview();
      case "policies/1" -> policies.version(number(parts[1]));
      case "traces/1" -> traces.ask(trace(parts[1]));
      case "jobs/1" -> known(jobs.status(parts[1]));
      default -> throw notFound();
    };
  }

  private Object change(HttpExchange exchange) throws IOException {
    RequestBody body = RequestBody.read(exchange);
    String path = exchange.getRequestURI().getPath().substring(API.length());
    String[] parts = path.split("/", -1);
    if (path.equals("policies/validate")) {
      return policies.check(body.document());
    } else if (path.equals("policies/simulate")) {
      String document = valid(body);
      Duration since = ConsolePolicies.bounded(body.duration("since"));
      return started(progress -> policies.simulate(document, since, progress));
    } else if (path.equals("policies/plan")) {
      return policies.plan(PublishRequest.of(body));
    } else if (path.equals("policies/publish")) {
      return policies.publish(PublishRequest.of(body));
    } else if (parts.length == 3 && parts[0].equals("traces") && parts[2].equals("search")) {
      TraceId trace = trace(parts[1]);
      Duration since = ConsolePolicies.bounded(body.duration("since"));
      return started(progress -> traces.search(trace, since, progress));
    } else if (parts.length == 3 && parts[0].equals("traces") && parts[2].equals("keep")) {
      return traces.keep(trace(parts[1]), PublishRequest.Author.of(body));
    } else if (parts.length == 3 && parts[0].equals("jobs") && parts[2].equals("stop")) {
      return known(jobs.stop(parts[1]));
    }
    throw notFound();
  }

  private String valid(RequestBody body) {
    String document = body.document();
    policies.valid(document);
    return document;
  }

  private Jobs.Status started(Jobs.Work work) {
    return jobs.start(work)
        .orElseThrow(
            () ->
                new ConsoleFault(
                    409, "this instance already runs a simulation or a search: try again later"));
  }

  private static TraceId trace(String hex) {
    try {
      return TraceId.parse(hex);
    } catch (IllegalArgumentException e) {
      throw new ConsoleFault(400, "trace id (expected: 32 hex characters)");
    }
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ConsoleFault(400, "version (expected: a number)");
    }
  }

  private Object ofInstance(String name) {
    return switch (name) {
      case "verdicts" -> instance.verdicts();
      case "budgets" -> instance.budgets();
      case "burns" -> instance.burns();
      case "operations" -> instance.operations();
      default -> throw notFound();
    };
  }

  private static Jobs.Status known(Optional<Jobs.Status> job) {
    return job.orElseThrow(() -> new ConsoleFault(404, "job: not known, or expired"));
  }

  private static ConsoleFault notFound() {
    return new ConsoleFault(404, "not found");
  }

  @Override
  public void close() {
    workers.shutdownNow();
    jobs.close();
    policies.close();
  }
}
