package io.tailrace.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A key pair of its own for a test, and the certificate that others trust; by the JDK's keytool.
 */
record Certificates(Path keyStore, Path certificate, String password) {
  static Certificates make(Path directory, String name, String password) throws Exception {
    Path keyStore = directory.resolve(name + ".p12");
    Path certificate = directory.resolve(name + ".pem");
    List<String> store =
        List.of("-alias", name, "-keystore", keyStore.toString(), "-storepass", password);
    keytool(
        "-genkeypair",
        store,
        List.of("-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=ip:" + BrokerPorts.HOST));
    Certificates made = new Certificates(keyStore, certificate, password);
    writePem(certificate, "CERTIFICATE", made.open().getCertificate(name).getEncoded());
    return made;
  }

  /** Writes the private key beside, in PKCS#8; returns where. */
  Path writeKey(String name) throws Exception {
    Path file = keyStore.resolveSibling(name + "-key.pem");
    writePem(file, "PRIVATE KEY", open().getKey(name, password.toCharArray()).getEncoded());
    return file;
  }

  private KeyStore open() throws Exception {
    return KeyStore.getInstance(keyStore.toFile(), password.toCharArray());
  }

  private static void writePem(Path file, String type, byte[] content) throws IOException {
    String base64 = Base64.getMimeEncoder().encodeToString(content);
    Files.writeString(
        file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, base64, type));
  }

  private static void keytool(String command, List<String> store, List<String> more)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    line.add(command);
    line.addAll(store);
    line.addAll(more);
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new AssertionError(command + ": exit code " + process.exitValue());
    }
  }
}
