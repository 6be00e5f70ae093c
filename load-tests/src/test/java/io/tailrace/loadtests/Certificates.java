package io.tailrace.loadtests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    keytool("-exportcert", store, List.of("-rfc", "-file", certificate.toString()));
    return new Certificates(keyStore, certificate, password);
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
