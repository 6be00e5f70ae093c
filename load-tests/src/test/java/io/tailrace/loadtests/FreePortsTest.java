package io.tailrace.loadtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FreePortsTest {
  @Test
  void givesEachPortOnce_andNoneThatClientsGet() throws Exception {
    Set<Integer> ports = new HashSet<>();
    for (int n = 0; n < 500; n++) {
      int port = FreePorts.next();
      assertThat(port).isBetween(10_000, 32_767);
      assertThat(ports.add(port)).as("port %d is new", port).isTrue();
    }
    try (ServerSocket socket = new ServerSocket(ports.iterator().next())) {
      assertThat(socket.isBound()).isTrue();
    }
  }

  @Test
  void anotherJvmIsNotGivenOurPorts() throws Exception {
    Set<Integer> ours = new HashSet<>();
    for (int n = 0; n < 500; n++) {
      ours.add(FreePorts.next());
    }

    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                FreePorts.jvmOption(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherJvm.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed =
        new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(printed.lines().map(Integer::valueOf))
        .hasSize(300)
        .doesNotContainAnyElementsOf(ours);
  }

  /** Prints ports. */
  static final class OtherJvm {
    public static void main(String[] args) {
      for (int n = 0; n < 300; n++) {
        System.out.println(FreePorts.next());
      }
    }
  }
}
