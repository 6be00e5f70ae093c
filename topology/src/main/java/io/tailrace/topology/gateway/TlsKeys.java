package io.tailrace.topology.gateway;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys and trusted certificates of both endpoints. A renewed certificate needs no restart: new
 * connections use it after {@link #refresh}. Thread-safe.
 */
final class TlsKeys {
  private static final Logger LOG = LoggerFactory.getLogger(TlsKeys.class);

  private final Tls files;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final @Nullable AdvancedTlsX509TrustManager trusted;
  private List<FileTime> read;

  /**
   * Reads the files.
   *
   * @throws IOException if this is not possible; the message names the setting
   */
  TlsKeys(Tls files) throws IOException {
    this.files = files;
    try {
      trusted =
          files.clientCa() == null
              ? null
              : AdvancedTlsX509TrustManager.newBuilder()
                  .setVerification(
                      AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
                  .build();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    read = times();
    load();
  }

  /** Reads the files if one of them has changed. Keeps what it has if they cannot be used. */
  synchronized void refresh() {
    try {
      List<FileTime> now = times();
      if (!now.equals(read)) {
        load();
        read = now;
        LOG.atInfo().addKeyValue("tls_cert", files.certificate()).log("certificate read again");
      }
    } catch (IOException | RuntimeException e) {
      // A rotation replaces several files, one after the other; the next check reads all of them.
      LOG.atWarn().log("the former certificate stays in use: {}", e.getMessage());
    }
  }

  X509KeyManager keys() {
    return keys;
  }

  /** Returns whom senders must be signed by. Null if they need no certificate. */
  @Nullable X509TrustManager trusted() {
    return trusted;
  }

  private void load() throws IOException {
    Path clientCa = files.clientCa();
    try {
      keys.updateIdentityCredentials(files.certificate().toFile(), files.key().toFile());
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw cannot(
          "gateway.tls_cert: %s, gateway.tls_key: %s".formatted(files.certificate(), files.key()),
          e,
          "a certificate chain in PEM, and its key in PKCS#8");
    }
    if (trusted != null && clientCa != null) {
      try {
        trusted.updateTrustCredentials(clientCa.toFile());
      } catch (IOException | GeneralSecurityException | RuntimeException e) {
        throw cannot("gateway.tls_client_ca: " + clientCa, e, "certificates in PEM");
      }
    }
  }

  private static IOException cannot(String settings, Exception cause, String expected) {
    String why =
        cause instanceof FileNotFoundException
            ? "cannot be opened"
            : String.valueOf(cause.getMessage());
    return new IOException("%s: %s (expected: %s)".formatted(settings, why, expected), cause);
  }

  private List<FileTime> times() throws IOException {
    List<FileTime> times = new ArrayList<>();
    times.add(changed("gateway.tls_cert", files.certificate()));
    times.add(changed("gateway.tls_key", files.key()));
    if (files.clientCa() != null) {
      times.add(changed("gateway.tls_client_ca", files.clientCa()));
    }
    return times;
  }

  private static FileTime changed(String setting, Path file) throws IOException {
    try {
      return Files.getLastModifiedTime(file);
    } catch (NoSuchFileException e) {
      throw new IOException("%s: %s (expected: a file)".formatted(setting, file), e);
    }
  }
}
