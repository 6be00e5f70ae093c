package io.tailrace.topology.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates TLS connections of Kafka clients with the current key and trusted certificates: reads
 * their files again once they have changed. Kafka renews those of brokers only. Keeps the former
 * ones if the files are not usable, for example half written. Thread-safe.
 */
public final class RenewedCertificates implements SslEngineFactory {
  private static final Logger LOG = LoggerFactory.getLogger(RenewedCertificates.class);

  private Map<String, ?> configs = Map.of();
  private DefaultSslEngineFactory current = new DefaultSslEngineFactory();
  private List<FileTime> read = List.of();
  private Optional<List<FileTime>> refused = Optional.empty(); // a missing file has no time

  @Override
  public synchronized void configure(Map<String, ?> configs) {
    this.configs = configs;
    try {
      read = times();
    } catch (IOException unreadable) {
      read = List.of(); // the error of the next line names the file
    }
    current.configure(configs);
  }

  @Override
  public synchronized SSLEngine createClientSslEngine(
      String peerHost, int peerPort, String endpointIdentification) {
    refresh();
    return current.createClientSslEngine(peerHost, peerPort, endpointIdentification);
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    throw new UnsupportedOperationException("a factory for clients");
  }

  private void refresh() {
    List<FileTime> now = List.of();
    try {
      now = times();
      if (now.equals(read)) {
        return;
      }
      DefaultSslEngineFactory renewed = new DefaultSslEngineFactory();
      renewed.configure(configs);
      current = renewed;
      read = now;
      refused = Optional.empty();
      LOG.atInfo().log("read renewed files of kafka.ssl.*");
    } catch (IOException | KafkaException e) {
      if (!refused.equals(Optional.of(now))) { // once for each change
        refused = Optional.of(now);
        LOG.atWarn()
            .log(
                "cannot read changed files of kafka.ssl.*, the former ones stay in use: {}",
                why(e));
      }
    }
  }

  private static String why(Exception e) {
    return e.getCause() == null ? e.toString() : e.getCause().toString();
  }

  private List<FileTime> times() throws IOException {
    List<FileTime> times = new ArrayList<>();
    for (String location :
        List.of(
            SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG)) {
      if (configs.get(location) instanceof String file) {
        times.add(Files.getLastModifiedTime(Path.of(file)));
      }
    }
    return times;
  }

  @Override
  public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
    return false; // clients do not ask
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return Set.of();
  }

  @Override
  public synchronized KeyStore keystore() {
    return current.keystore();
  }

  @Override
  public synchronized KeyStore truststore() {
    return current.truststore();
  }

  @Override
  public synchronized void close() {
    current.close();
  }
}
