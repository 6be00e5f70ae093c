package io.tailrace.topology.cli;

import io.tailrace.topology.config.Setting;
import io.tailrace.topology.config.Settings;
import io.tailrace.topology.config.TailraceConfig;
import io.tailrace.topology.instance.Gateway;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Receives OTLP until a signal stops it. */
@Command(
    name = "gateway",
    description =
        "Receive OTLP by gRPC and HTTP and write it to the ingest topic. Start more to scale.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped by SIGINT or SIGTERM; all received requests are answered",
      "1:cannot start",
      "2:invalid configuration or command line"
    })
final class GatewayCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayCommand.class);

  @Mixin private ConfigOptions configOptions;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Listen address; overrides gateway.host.")
  private @Nullable String host;

  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      description = "Overrides gateway.grpc_port; -1: disabled.")
  private @Nullable String grpcPort;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "Overrides gateway.http_port; -1: disabled.")
  private @Nullable String httpPort;

  @Override
  public Integer call() throws InterruptedException {
    TailraceConfig config = configOptions.read(overrides());
    Thread main = Thread.currentThread();
    CompletableFuture<Gateway> started = new CompletableFuture<>();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!started.isDone()) {
                    main.interrupt(); // all waits of a start can be interrupted
                    return;
                  }
                  started.join().close(); // takes gateway.timeout and some seconds
                  LOG.info("stopped");
                  Runtime.getRuntime().halt(ExitCode.OK); // not 143: the shutdown was complete
                }));
    started.complete(Gateway.start(config));
    new CountDownLatch(1).await(); // the shutdown hook ends the process
    return ExitCode.OK;
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new HashMap<>();
    override(Settings.GATEWAY_HOST, host, overrides);
    override(Settings.GATEWAY_GRPC_PORT, grpcPort, overrides);
    override(Settings.GATEWAY_HTTP_PORT, httpPort, overrides);
    return overrides;
  }

  private static void override(
      Setting<?> setting, @Nullable String value, Map<String, String> overrides) {
    if (value != null) {
      overrides.put(setting.variable(), value);
    }
  }
}
